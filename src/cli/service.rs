//! `svar service`: the services that contacts may ask for.

use serde_json::{Value, json};

use super::client::{Client, Parameters, encoded};
use super::context::Context;
use super::human::{Grid, Side, plain};
use super::output;
use super::wrong::Wrong;

/// List the services that contacts may ask for, and change the list
///
/// While none is published the form of requests is closed.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  svar service add \"Shop set-up\" --from 900 --currency EUR --publish\n  svar service list\n  svar service withdraw s-0198f2c1"
)]
pub(super) struct Args {
    #[command(subcommand)]
    deed: Action,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    /// List the services
    List {
        /// Give the list as JSON
        #[arg(long)]
        json: bool,
    },
    /// Write a new service
    Add {
        /// What it is called
        #[arg(value_name = "NAME")]
        name: String,
        /// What it is
        #[arg(long, value_name = "TEXT")]
        description: Option<String>,
        /// What it costs at least
        #[arg(long, value_name = "AMOUNT", requires = "currency")]
        from: Option<f64>,
        /// In which currency, as EUR
        #[arg(long, value_name = "CODE", requires = "from")]
        currency: Option<String>,
        /// Let contacts ask for it
        #[arg(long)]
        publish: bool,
    },
    /// Let contacts ask for a service
    Publish {
        /// The service
        #[arg(value_name = "SERVICE")]
        service: String,
    },
    /// Let nobody ask for a service any more
    Withdraw {
        /// The service
        #[arg(value_name = "SERVICE")]
        service: String,
    },
    /// Take a service off the list; jobs that name it keep its name
    Remove {
        /// The service
        #[arg(value_name = "SERVICE")]
        service: String,
    },
}

/// Runs the command.
pub(super) fn run(context: &Context, args: &Args) -> anyhow::Result<()> {
    let client = context.client()?;
    match &args.deed {
        Action::List { json } => list(&client, *json),
        Action::Add {
            name,
            description,
            from,
            currency,
            publish,
        } => {
            let price = from.zip(currency.as_ref());
            let price =
                price.map(|(amount, currency)| json!({"amount": amount, "currency": currency}));
            let draft = json!({"name": name, "description": description, "price_from": price,
                "published": publish});
            let saved = client.send("/api/v1/services", &draft)?;
            let id = saved.get("id").and_then(Value::as_str);
            output::print(plain(id.unwrap_or_default()))
        }
        Action::Publish { service } => publish(&client, service, true),
        Action::Withdraw { service } => publish(&client, service, false),
        Action::Remove { service } => {
            let path = format!("/api/v1/services/{}/remove", encoded(service));
            client.send(&path, &json!({}))?;
            output::print(format_args!("`{}` is off the list", plain(service)))
        }
    }
}

fn items(answer: &Value) -> impl Iterator<Item = &Value> {
    let items = answer.get("items").and_then(Value::as_array);
    items.into_iter().flatten()
}

fn word(item: &Value, name: &str) -> String {
    plain(item.get(name).and_then(Value::as_str).unwrap_or_default())
}

fn list(client: &Client, json: bool) -> anyhow::Result<()> {
    let services = client.json("/api/v1/services", &Parameters::new())?;
    if json {
        return output::print_json(&services);
    }
    let mut grid = Grid::default();
    for head in ["SERVICE", "NAME", "STATE"] {
        grid.column(head, Side::Left);
    }
    grid.column("FROM", Side::Right);
    for service in items(&services) {
        let is_published = service.get("published").and_then(Value::as_bool) == Some(true);
        let price = service.get("price_from").filter(|price| !price.is_null());
        let price = price.map(|price| {
            let amount = price.get("amount").and_then(Value::as_f64);
            format!("{} {}", amount.unwrap_or_default(), word(price, "currency"))
        });
        grid.row(vec![
            word(service, "id"),
            word(service, "name"),
            if is_published {
                "published"
            } else {
                "not published"
            }
            .to_owned(),
            price.unwrap_or_default(),
        ]);
    }
    output::print(grid.render().trim_end())
}

/// Writes a service as it is, but published or not.
fn publish(client: &Client, id: &str, on: bool) -> anyhow::Result<()> {
    let services = client.json("/api/v1/services", &Parameters::new())?;
    let known = items(&services).find(|one| one.get("id").and_then(Value::as_str) == Some(id));
    let known = known.ok_or_else(|| Wrong::new(format!("there is no service `{id}`")))?;
    let mut draft = known.clone();
    if let Some(fields) = draft.as_object_mut() {
        fields.remove("changed_at");
        fields.insert("published".to_owned(), Value::Bool(on));
    }
    client.send("/api/v1/services", &draft)?;
    let state = if on {
        "published"
    } else {
        "not published any more"
    };
    output::print(format_args!("{} is {state}", word(known, "name")))
}
