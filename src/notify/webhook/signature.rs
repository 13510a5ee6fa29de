//! What a message is signed with, as Standard Webhooks has it: HMAC-SHA256 of the id, the instant and
//! the body.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

/// The value of `webhook-signature`: one signature a key, apart by blanks.
pub(super) fn signatures(keys: &[String], id: &str, secs: i64, body: &[u8]) -> String {
    let signed = keys.iter().filter_map(|key| signature(key, id, secs, body));
    signed.collect::<Vec<_>>().join(" ")
}

fn signature(key: &str, id: &str, secs: i64, body: &[u8]) -> Option<String> {
    let key = key.strip_prefix("whsec_").unwrap_or(key);
    let key = STANDARD.decode(key).ok()?;
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).ok()?;
    mac.update(format!("{id}.{secs}.").as_bytes());
    mac.update(body);
    let signature = STANDARD.encode(mac.finalize().into_bytes());
    Some(format!("v1,{signature}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_message_has_the_published_signature() {
        let key = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".to_owned();
        let id = "msg_p5jXN8AQM9LWM0D4loKWxJek";
        let body = br#"{"test": 2432232314}"#;
        let signed = signatures(std::slice::from_ref(&key), id, 1_614_265_330, body);
        let published = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
        assert_eq!(signed, published);
        let both = signatures(&[key.clone(), key], id, 1_614_265_330, body);
        assert_eq!(both, format!("{published} {published}"));
        let other = signatures(&["whsec_AAAA".to_owned()], id, 1_614_265_330, body);
        assert_ne!(other, published);
    }
}
