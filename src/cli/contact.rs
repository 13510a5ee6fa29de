//! `svar contact`: what is done to a contact.

use serde_json::{Value, json};

use super::client::encoded;
use super::context::Context;
use super::output;

/// Merge contacts, block one, sign one out, or say which user of your program one is
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  svar contact merge zendesk:17 --into shop:pia\n  svar contact block shop:pia --name 'Pia Holm'\n  svar contact verify shop:pia user-4711"
)]
pub(super) struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    /// Put a contact into another one, for good
    Merge {
        /// Who goes
        #[arg(value_name = "CONTACT")]
        contact: String,
        /// Who stays
        #[arg(long, value_name = "CONTACT")]
        into: String,
    },
    /// End everything that is open of a contact and take nothing of them any more, for good
    Block {
        /// Whom
        #[arg(value_name = "CONTACT")]
        contact: String,
        /// Their name, to confirm it; of one without a name the id
        #[arg(long, value_name = "NAME")]
        name: String,
        /// The id of the rep in whose name it is done
        #[arg(long, value_name = "ID")]
        rep: Option<String>,
    },
    /// Sign a visitor out of the chat widget in every browser
    SignOut {
        /// Who
        #[arg(value_name = "CONTACT")]
        contact: String,
    },
    /// Say which user of your program a contact is; two different users are never merged
    Verify {
        /// Who
        #[arg(value_name = "CONTACT")]
        contact: String,
        /// What your program calls them
        #[arg(value_name = "ID")]
        host_id: String,
    },
}

/// Runs the command.
pub(super) fn run(context: &Context, args: &Args) -> anyhow::Result<()> {
    let client = context.client()?;
    let send = |contact: &str, deed: &str, body: &Value| {
        let path = format!("/api/v1/contacts/{}/{deed}", encoded(contact));
        client.send(&path, body)
    };
    match &args.action {
        Action::Merge { contact, into } => {
            send(contact, "merge", &json!({"into": into}))?;
            output::print(format_args!("`{contact}` is `{into}` from now on"))
        }
        Action::Block { contact, name, rep } => {
            send(contact, "block", &json!({"name": name, "rep": rep}))?;
            output::print(format_args!(
                "`{contact}` is blocked, and what was open of theirs has ended"
            ))
        }
        Action::SignOut { contact } => {
            send(contact, "sign-out", &json!({}))?;
            output::print(format_args!(
                "`{contact}` is signed out of the widget everywhere"
            ))
        }
        Action::Verify { contact, host_id } => {
            send(contact, "verify", &json!({"host_id": host_id}))?;
            output::print(format_args!("`{contact}` is your user `{host_id}`"))
        }
    }
}
