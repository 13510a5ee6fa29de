//! The form that brings an export: fields and files in parts, none of them held whole in memory.
//!
//! Used by both fronts that take exports.

use std::sync::Arc;

use axum::extract::multipart::{Field, Multipart};
use axum::extract::{DefaultBodyLimit, FromRequest as _, Request};

use super::problem::Problem;
use super::upload::{hear_out, next, off};
use crate::app::{App, Error, ImportOrder, Parcel};
use crate::model::Invalid;

/// The most that fields without files have together, in bytes.
const MAX_TEXT: usize = 1 << 20;
/// The most parts.
const MAX_PARTS: usize = 1_100;
/// How much of a file is gathered before it is written, in bytes.
const GATHERED: usize = 256 << 10;

/// Takes the form in; the files are on disk when this returns.
pub(super) async fn take_import(
    app: &Arc<App>,
    mut request: Request,
) -> Result<(Parcel, ImportOrder), Problem> {
    let begun = {
        let app = Arc::clone(app);
        off(move || app.begin_import()).await
    };
    let mut parcel = match begun {
        Ok(parcel) => parcel,
        Err(error) => {
            hear_out(&mut request.into_body()).await;
            return Err(error.into());
        }
    };
    DefaultBodyLimit::disable().apply(&mut request);
    let parts = Multipart::from_request(request, &()).await;
    let mut parts = parts.map_err(|fault| Problem::bad_request(fault.body_text()))?;
    let (mut order, mut room) = (ImportOrder::default(), MAX_TEXT);
    for _ in 0..MAX_PARTS {
        let part = parts.next_field().await;
        let part = part.map_err(|fault| Problem::bad_request(fault.body_text()))?;
        let Some(mut part) = part else {
            return Ok((parcel, order));
        };
        let name = part.name().unwrap_or_default().to_owned();
        if name == "files" {
            parcel = file(parcel, part).await?;
            continue;
        }
        let text = text(&mut part, &mut room).await?;
        say(&mut order, &name, text.trim()).map_err(Error::from)?;
    }
    Err(Problem::bad_request("the form has too many parts"))
}

/// Notes a field that holds no file.
fn say(order: &mut ImportOrder, name: &str, text: &str) -> Result<(), Invalid> {
    let said = (!text.is_empty()).then(|| text.to_owned());
    match name {
        "format" => order.format = said,
        "zone" => order.zone = said,
        // A mapping's text goes before the name of one that comes along.
        "mapping" => order.mapping = said.or_else(|| order.mapping.take()),
        "preset" => order.mapping = order.mapping.take().or(said),
        "dry_run" => order.dry_run = truth(name, text)?,
        "fetch_attachments" => order.fetch_attachments = truth(name, text)?,
        "attachment_hosts" => {
            let hosts = text.split([',', ' ']).filter(|host| !host.is_empty());
            order.attachment_hosts = hosts.map(str::to_owned).collect();
        }
        other => return Err(Invalid::new(other, "no such field")),
    }
    Ok(())
}

fn truth(name: &str, text: &str) -> Result<bool, Invalid> {
    match text {
        "true" => Ok(true),
        "false" | "" => Ok(false),
        other => {
            let reason = format!("`{other}` is neither `true` nor `false`");
            Err(Invalid::new(name, reason))
        }
    }
}

async fn text(part: &mut Field<'_>, room: &mut usize) -> Result<String, Problem> {
    let mut bytes = Vec::new();
    while let Some(more) = next(part).await? {
        *room = room
            .checked_sub(more.len())
            .ok_or_else(|| Problem::bad_request("the form's fields are too long"))?;
        bytes.extend_from_slice(&more);
    }
    String::from_utf8(bytes).map_err(|_odd| Problem::bad_request("the form is no UTF-8"))
}

/// Takes a file in; a browser sends one without a name where none was chosen.
async fn file(mut parcel: Parcel, mut part: Field<'_>) -> Result<Parcel, Problem> {
    let name = part.file_name().map(str::to_owned);
    if name.as_deref() == Some("") {
        return Ok(parcel);
    }
    parcel.file(name.as_deref().unwrap_or_default())?;
    let mut gathered: Vec<u8> = Vec::new();
    loop {
        let more = next(&mut part).await?;
        let is_over = more.is_none();
        gathered.extend_from_slice(&more.unwrap_or_default());
        if gathered.len() < GATHERED && !is_over {
            continue;
        }
        let bytes = std::mem::take(&mut gathered);
        let written = off(move || {
            parcel.write(&bytes)?;
            Ok(parcel)
        });
        parcel = match written.await {
            Err(error @ Error::TooLarge { .. }) => {
                hear_out(&mut part).await;
                return Err(error.into());
            }
            written => written?,
        };
        if is_over {
            return Ok(parcel);
        }
    }
}
