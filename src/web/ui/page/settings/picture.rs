//! `/settings/customer-agent/picture`: the form by which an admin gives the customer agent a picture.

use axum::extract::Multipart;
use axum::response::Response;

use super::super::Visit;
use super::answered;
use super::customer_agent::page;
use crate::app::{Error, WriteResult};
use crate::command::{AgentPictureCommand, Command};
use crate::model::Invalid;

/// Takes in what the form has: a file, or that the picture goes.
pub(in crate::web::ui) async fn post_picture(visit: Visit, form: Multipart) -> Response {
    let tried = match read(form).await {
        Ok(bytes) => write(&visit, bytes).await,
        Err(fault) => Err(fault.into()),
    };
    let done = "/settings/customer-agent?done=picture".to_owned();
    answered(visit, tried, done, |desk, fault| page(desk, &[], fault)).await
}

async fn write(visit: &Visit, bytes: Option<Vec<u8>>) -> Result<WriteResult, Error> {
    let command = Command::AgentPicture(AgentPictureCommand { bytes });
    visit.app.write(visit.caller.clone(), command).await
}

/// The bytes of the file; none: the picture is to go.
async fn read(mut form: Multipart) -> Result<Option<Vec<u8>>, Invalid> {
    let cut = |_cut| Invalid::new("picture", "it did not come whole, or is too large");
    let mut bytes = None;
    while let Some(field) = form.next_field().await.map_err(cut)? {
        let name = field.name().unwrap_or_default().to_owned();
        if name == "do" {
            if field.text().await.map_err(cut)? == "remove" {
                return Ok(None);
            }
        } else if name == "picture" {
            bytes = Some(field.bytes().await.map_err(cut)?.to_vec());
        }
    }
    let bytes = bytes.filter(|bytes| !bytes.is_empty());
    let nothing = || Invalid::new("picture", "no file was chosen");
    bytes.map(Some).ok_or_else(nothing)
}
