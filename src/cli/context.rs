//! What every command needs: settings, clock, and who answers for the data folder.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::Place;
use super::client::Client;
use super::reading::Reading;
use super::wrong::Wrong;
use super::{input, output, progress};
use crate::app::{App, Folder, Network, Options, Probe, PublicUrl};
use crate::clock::Clock;
use crate::config::Config;

/// The longest file that holds a token, in bytes.
const MAX_TOKEN: u64 = 4 << 10;
/// How long a store may take to open after an unclean stop.
const PROBE_LIMIT: Duration = Duration::from_mins(2);

/// The circumstances of a command.
pub(super) struct Context {
    /// The settings of this machine, with the flags over them.
    pub(super) config: Config,
    /// The time.
    pub(super) clock: Clock,
    remote: Option<Remote>,
}

/// A server that was named.
#[derive(Clone)]
struct Remote {
    url: String,
    token: Option<String>,
}

impl Remote {
    /// What is no address is refused at once.
    fn new(url: &str, token: Option<String>) -> Result<Self, Wrong> {
        let remote = Self {
            url: url.to_owned(),
            token,
        };
        remote.client().map(|_client| remote)
    }

    fn client(&self) -> Result<Client, Wrong> {
        Client::new(&self.url, self.token.clone())
    }
}

impl Context {
    pub(super) fn new(place: Place) -> anyhow::Result<Self> {
        let mut config = Config::load().map_err(|error| Wrong::new(error.to_string()))?;
        config.data = place.data.or(config.data);
        let remote = match &place.server {
            Some(url) => Some(Remote::new(url, token(place.token_file.as_deref())?)?),
            None => None,
        };
        Ok(Self {
            config,
            clock: Clock::system(),
            remote,
        })
    }

    /// The same with other settings.
    pub(super) fn with(&self, config: Config) -> Self {
        Self {
            config,
            clock: self.clock.clone(),
            remote: self.remote.clone(),
        }
    }

    /// The data folder.
    pub(super) fn data(&self) -> PathBuf {
        self.config.data()
    }

    /// Whether a server was named.
    pub(super) const fn is_remote(&self) -> bool {
        self.remote.is_some()
    }

    /// Refuses `--server` for a command that works on the folder itself.
    pub(super) fn only_here(&self, command: &str) -> Result<(), Wrong> {
        match self.remote {
            None => Ok(()),
            Some(_) => Err(Wrong::new(format!(
                "`svar {command}` works on a data folder; run it where the folder is, without --server"
            ))),
        }
    }

    /// The server to ask: the one that was named, or the one that owns the folder.
    pub(super) fn server(&self) -> anyhow::Result<Option<Client>> {
        if let Some(remote) = &self.remote {
            return Ok(Some(remote.client()?));
        }
        let Some(note) = Folder::server(&self.data()) else {
            return Ok(None);
        };
        let url = format!("http://{}", note.address);
        output::say(format_args!(
            "`{}` is served by a running svar (process {}); asking {url}",
            self.data().display(),
            note.pid
        ));
        Ok(Some(Client::new(&url, Some(note.token))?.admin()))
    }

    /// Who answers a question about what is there already: the server, else this process over
    /// the folder.
    pub(super) fn client(&self) -> anyhow::Result<Client> {
        if let Some(client) = self.server()? {
            return Ok(client);
        }
        self.must_exist()?;
        Client::here(self.reading()?)
    }

    /// Refuses a folder that is not there, rather than making an empty one.
    pub(super) fn must_exist(&self) -> anyhow::Result<()> {
        let data = self.data();
        anyhow::ensure!(
            Folder::is_data(&data),
            "`{}` is no data folder; import something first, or name the folder with --data",
            data.display()
        );
        Ok(())
    }

    /// Opens the folder for a question.
    pub(super) fn reading(&self) -> anyhow::Result<Reading> {
        Ok(Reading::new(self.open()?))
    }

    /// How folders are opened here.
    pub(super) fn options(&self) -> Result<Options, Wrong> {
        let mut options = Options::default();
        let config = &self.config;
        if let Some(bytes) = config.segment_bytes {
            options.journal.segment_bytes = bytes;
        }
        options.max_file_bytes = config.max_file_bytes;
        options.backup_folder.clone_from(&config.backup_folder);
        let limit = config.probe_secs.map_or(PROBE_LIMIT, Duration::from_secs);
        // Where the binary cannot be found, the store is opened without being tried.
        options.probe = std::env::current_exe()
            .ok()
            .map(|program| Probe { program, limit });
        options.agent.clone_from(&config.agent);
        options.embeddings.clone_from(&config.embeddings);
        options.oidc.clone_from(&config.oidc);
        options.mail.clone_from(&config.mail);
        options.webhooks.clone_from(&config.webhooks);
        let public_url = config.public_url.as_deref().map(PublicUrl::parse);
        let public_url = public_url.transpose();
        options.network = Network {
            public_url: public_url.map_err(|fault| Wrong::new(fault.to_string()))?,
            trusted_proxies: config.trusted_proxies.clone(),
            is_tls: config.tls_cert.is_some(),
        };
        Ok(options)
    }

    /// Opens the folder in this process, showing how far a long replay is.
    pub(super) fn open(&self) -> anyhow::Result<App> {
        let bar = progress::CountBar::new("bringing the folds up to date", "records");
        let data = self.data();
        let app = App::open_with(
            &data,
            self.clock.clone(),
            &self.options()?,
            |done, total| {
                bar.show(done, total);
            },
        )?;
        bar.finish();
        for notice in app.notices() {
            output::say(format_args!("note: {notice}"));
        }
        Ok(app)
    }
}

fn token(file: Option<&Path>) -> anyhow::Result<Option<String>> {
    let Some(file) = file else {
        return Ok(None);
    };
    let text = input::text(file, MAX_TOKEN)?;
    let token = text.trim();
    if token.is_empty() || !token.chars().all(|c| c.is_ascii_graphic()) {
        let reason = "holds no token; expected a single line, such as a server writes";
        return Err(Wrong::new(format!("--token-file: `{}` {reason}", file.display())).into());
    }
    Ok(Some(token.to_owned()))
}
