//! `/bill-check`: a vendor's bill beside Svar's own count, to be read, printed and sent.

use askama::Template;
use axum::extract::Query as Parameters;
use axum::http::header;
use axum::response::{IntoResponse as _, Response};

use super::{Answer, Frame, Visit, fault_page, field_of, make};
use crate::app::Delivery;
use crate::report::{BillCheck, BillOrder};
use crate::web::ui::error::Fault;
use crate::web::ui::text::{Words, blocking, fill, t};
use crate::web::ui::url::{Pairs, address, encode};

#[derive(Template)]
#[template(path = "bill_check.html")]
struct Page {
    frame: Frame,
    from: String,
    to: String,
    price: String,
    fault: String,
    check: Option<BillCheck>,
    /// Where the packet is.
    packet: String,
}

#[expect(
    clippy::unused_self,
    clippy::trivially_copy_pass_by_ref,
    reason = "templates call methods, and hand references over"
)]
impl Page {
    fn conversation(&self, id: &str) -> String {
        format!("/conversations/{}", encode(id))
    }

    fn sums(&self, check: &BillCheck) -> Vec<(&'static str, u64, String)> {
        vec![
            (t("bill.claimed"), check.claimed, check.claimed_sum.clone()),
            (t("bill.agreed"), check.agreed, check.agreed_sum.clone()),
            (
                t("bill.disputed"),
                check.disputed,
                check.disputed_sum.clone(),
            ),
        ]
    }

    fn unruled(&self, count: &u64) -> String {
        fill("bill.unruled", &[("count", &count.to_string())])
    }
}

/// A vendor's bill beside Svar's own count.
pub(in crate::web::ui) async fn get_bill_check(
    visit: Visit,
    Parameters(pairs): Parameters<Pairs>,
) -> Response {
    make(visit, move |desk| {
        let of = |name: &str| field_of(&pairs, name).unwrap_or_default().to_owned();
        let mut page = Page {
            frame: desk.frame(t("bill.title"), "settings/bill-check"),
            from: of("from"),
            to: of("to"),
            price: of("price"),
            fault: String::new(),
            check: None,
            packet: address("/bill-check.csv", &pairs),
        };
        if !pairs.is_empty() {
            let pairs = pairs.iter();
            let pairs = pairs.map(|(name, value)| (name.as_str(), value.as_str()));
            match BillOrder::parse(pairs) {
                Err(fault) => page.fault = fault.to_string(),
                Ok(order) => match desk.app.check_bill(desk.present(), &order)? {
                    Delivery::Result(check) => page.check = Some(check),
                    Delivery::Task(task) => return Err(Fault::Busy(task)),
                },
            }
        }
        Ok(Answer::Page(page.render()?))
    })
    .await
}

/// The packet to send to the vendor.
pub(in crate::web::ui) async fn get_bill_packet(
    visit: Visit,
    Parameters(pairs): Parameters<Pairs>,
) -> Response {
    let made = blocking(move || {
        let pairs = pairs.iter();
        let pairs = pairs.map(|(name, value)| (name.as_str(), value.as_str()));
        let order = BillOrder::parse(pairs).map_err(Fault::from)?;
        let present = visit.app.present_to(&visit.caller.sight);
        match visit
            .app
            .check_bill(&present, &order)
            .map_err(Fault::from)?
        {
            Delivery::Result(check) => Ok(check.to_csv()),
            Delivery::Task(task) => Err(Fault::Busy(task)),
        }
    });
    match made.await {
        Ok(Ok(packet)) => {
            let name = "attachment; filename=\"bill-check.csv\"";
            let headers = [
                (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
                (header::CONTENT_DISPOSITION, name),
            ];
            (headers, packet).into_response()
        }
        Ok(Err(fault)) => fault_page(fault),
        Err(error) => fault_page(Fault::Failed(error.to_string())),
    }
}
