//! The SDK's errors in our words.

use aws_sdk_s3::config::http::HttpResponse;
use aws_sdk_s3::error::{DisplayErrorContext, ProvideErrorMetadata, SdkError};

use super::S3Store;
use crate::store::StoreError;
use crate::store::error::Cause;

impl S3Store {
    /// As [`S3Store::explain`], for requests that store something.
    pub(super) fn explain_put<E>(&self, what: &str, error: &SdkError<E, HttpResponse>) -> StoreError
    where
        E: std::error::Error + ProvideErrorMetadata + Send + Sync + 'static,
    {
        let (code, message) = (
            error.code().unwrap_or_default(),
            error.message().unwrap_or_default(),
        );
        if matches!(code, "BadDigest" | "XAmzContentChecksumMismatch") {
            return StoreError::Mismatch {
                what: what.to_owned(),
                reason: format!("the store says: {message}"),
            };
        }
        if self.sends_checksums && is_about_checksums(code, message) {
            return StoreError::ChecksumsRefused {
                endpoint: self.endpoint.clone(),
                source: format!("{code}: {message}").into(),
            };
        }
        if code == "NoSuchUpload" {
            return StoreError::Failed {
                action: "writing",
                what: what.to_owned(),
                source: "somebody aborted the upload, or a lifecycle rule of the bucket".into(),
            };
        }
        self.explain("writing", what, error)
    }

    pub(super) fn explain<E>(
        &self,
        action: &'static str,
        what: &str,
        error: &SdkError<E, HttpResponse>,
    ) -> StoreError
    where
        E: std::error::Error + ProvideErrorMetadata + Send + Sync + 'static,
    {
        let source = || match error.message() {
            Some(message) => format!("{}: {message}", error.code().unwrap_or("error")).into(),
            None => flatten(error),
        };
        let code = error.code().unwrap_or_default();
        let status = error
            .raw_response()
            .map_or(0, |response| response.status().as_u16());
        let header = |name: &str| {
            error
                .raw_response()
                .and_then(|response| response.headers().get(name))
                .map(str::to_owned)
        };
        match (error, code, status) {
            (SdkError::DispatchFailure(failure), ..)
                if failure.is_other() && is_about_credentials(error) =>
            {
                StoreError::NoCredentials { source: source() }
            }
            (SdkError::ConstructionFailure(_), ..) if is_about_credentials(error) => {
                StoreError::NoCredentials { source: source() }
            }
            (SdkError::DispatchFailure(_) | SdkError::TimeoutError(_), ..) => {
                StoreError::Unreachable {
                    endpoint: self.endpoint.clone(),
                    source: source(),
                }
            }
            (_, "NoSuchBucket", _) => StoreError::NoBucket {
                bucket: self.bucket.clone(),
                source: source(),
            },
            (
                _,
                "PermanentRedirect"
                | "AuthorizationHeaderMalformed"
                | "IllegalLocationConstraintException",
                _,
            )
            | (_, _, 301) => StoreError::OtherRegion {
                bucket: self.bucket.clone(),
                region: header("x-amz-bucket-region"),
            },
            (
                _,
                "InvalidAccessKeyId"
                | "SignatureDoesNotMatch"
                | "ExpiredToken"
                | "InvalidToken"
                | "TokenRefreshRequired"
                | "ExpiredTokenException"
                | "InvalidClientTokenId",
                _,
            ) => StoreError::BadCredentials {
                code: code.to_owned(),
                source: source(),
            },
            (_, "RequestTimeTooSkewed", _) => StoreError::ClockSkew { source: source() },
            (_, "NoSuchKey" | "NoSuchVersion" | "PreconditionFailed" | "MethodNotAllowed", _)
            | (_, _, 404 | 405 | 412) => StoreError::Gone {
                what: what.to_owned(),
            },
            (_, "AccessDenied" | "AllAccessDisabled", _) | (_, _, 401 | 403) => {
                StoreError::Denied {
                    what: what.to_owned(),
                    source: source(),
                }
            }
            (_, "SlowDown" | "Throttling" | "ThrottlingException" | "RequestLimitExceeded", _)
            | (_, _, 429 | 503) => StoreError::Unwell {
                action,
                what: what.to_owned(),
                asks_for_less: true,
                source: source(),
            },
            (_, "InternalError" | "RequestTimeout", _) | (_, _, 500..) => StoreError::Unwell {
                action,
                what: what.to_owned(),
                asks_for_less: false,
                source: source(),
            },
            // An answer that broke off.
            (SdkError::ResponseError(_), ..) => StoreError::Unreachable {
                endpoint: self.endpoint.clone(),
                source: source(),
            },
            _ => StoreError::Failed {
                action,
                what: what.to_owned(),
                source: source(),
            },
        }
    }
}

/// Whether a store says so that it does not know the headers or trailers with checksums. There is no one way to say it.
fn is_about_checksums(code: &str, message: &str) -> bool {
    let names_them = || {
        let message = message.to_lowercase();
        ["checksum", "trailer", "aws-chunked", "x-amz-content-sha256"]
            .iter()
            .any(|word| message.contains(word))
    };
    match code {
        "NotImplemented" | "XAmzContentSHA256Mismatch" => true,
        "InvalidArgument" | "InvalidRequest" | "UnsupportedOperation" | "MalformedTrailerError" => {
            names_them()
        }
        _ => false,
    }
}

fn is_about_credentials<E: std::error::Error + 'static>(error: &E) -> bool {
    let text = DisplayErrorContext(error).to_string();
    text.contains("redential") || text.contains("dentity")
}

/// The SDK's error with all of its causes in one text, without the debug output that it adds.
fn flatten<E: std::error::Error + 'static>(error: &E) -> Cause {
    let mut texts: Vec<String> = Vec::new();
    let mut next: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(cause) = next {
        let text = cause.to_string();
        if !texts.iter().any(|known| known.contains(&text)) {
            texts.push(text);
        }
        next = cause.source();
    }
    // "dispatch failure", "service error": the SDK's own layers, which tell the reader nothing.
    if texts.len() > 1 {
        texts.remove(0);
    }
    texts.join(": ").into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refused_checksums_are_recognised() {
        for (code, message, expected) in [
            (
                "NotImplemented",
                "A header you provided implies functionality that is not implemented.",
                true,
            ),
            (
                "InvalidArgument",
                "Unsupported header 'x-amz-sdk-checksum-algorithm' received for this API call.",
                true,
            ),
            (
                "XAmzContentSHA256Mismatch",
                "The provided 'x-amz-content-sha256' header does not match what was computed.",
                true,
            ),
            (
                "InvalidRequest",
                "The value specified in the x-amz-trailer header is not supported",
                true,
            ),
            (
                "InvalidArgument",
                "Part number must be an integer between 1 and 10000, inclusive",
                false,
            ),
            ("AccessDenied", "checksum", false),
        ] {
            assert_eq!(
                is_about_checksums(code, message),
                expected,
                "{code}: {message}"
            );
        }
    }
}
