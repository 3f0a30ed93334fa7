//! A form that sends a file: its fields and the one file. Serves N1.1, N2.8.
//!
//! What a browser sends is read once, within the frame's bound on bodies; what is to be kept goes to the blob store before the
//! row that names it is written.

use std::collections::BTreeMap;

use axum::Form;
use axum::extract::{FromRequest, Multipart, Request};
use axum::http::header;
use platform::table::shortened;
use platform::web::{Failure, Refusal};

use crate::Cx;

/// What a form with a file sent.
#[derive(Debug, Default)]
pub struct Upload {
    /// The fields other than files, without blanks around them.
    pub fields: BTreeMap<String, String>,
    /// The file's name and bytes, if one was chosen.
    pub file: Option<(String, Vec<u8>)>,
}

impl Upload {
    /// Reads it. The first file counts.
    pub async fn read(mut form: Multipart) -> Result<Upload, Refusal> {
        let broken = |_| Refusal::new("上传中断或文件超过 20 MB，请重新上传；太大的请拆成几个文件。");
        let mut upload = Upload::default();
        while let Some(part) = form.next_field().await.map_err(broken)? {
            let Some(name) = part.name().map(str::to_owned) else { continue };
            match part.file_name().map(str::to_owned) {
                None => {
                    let text = part.text().await.map_err(broken)?;
                    upload.fields.insert(name, text.trim().to_owned());
                }
                Some(file) => {
                    let bytes = part.bytes().await.map_err(broken)?.to_vec();
                    // A browser sends an empty part where no file was chosen.
                    if upload.file.is_none() && !(file.is_empty() && bytes.is_empty()) {
                        upload.file = Some((file, bytes));
                    }
                }
            }
        }
        Ok(upload)
    }

    /// A form that was sent without a file, as a browser without the form's encoding sends it.
    fn plain(fields: BTreeMap<String, String>) -> Upload {
        let trimmed = fields.into_iter().map(|(name, value)| (name, value.trim().to_owned()));
        Upload { fields: trimmed.collect(), file: None }
    }

    /// A field, empty if it was not sent.
    pub fn field(&self, name: &str) -> &str {
        self.fields.get(name).map(String::as_str).unwrap_or_default()
    }

    /// The file, where the form is nothing without one.
    pub fn needed(self) -> Result<(String, Vec<u8>), Refusal> {
        self.file.ok_or_else(|| Refusal::new("请先选择一个文件（XLSX 或 CSV）。"))
    }
}

/// Keeps a file that came with a deed. Returns its name and the digest under which its bytes are kept.
pub async fn keep(
    cx: &Cx,
    file: Option<(String, Vec<u8>)>,
) -> Result<Option<(String, String)>, platform::Error> {
    match file {
        Some((name, bytes)) => Ok(Some((shortened(&name), cx.blobs.put(bytes).await?.to_string()))),
        None => Ok(None),
    }
}

impl<S: Send + Sync> FromRequest<S> for Upload {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<Upload, Failure> {
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        let broken = || Refusal::new("表单不完整，请返回重新填写。");
        if kind.is_some_and(|kind| kind.starts_with("multipart/form-data")) {
            let form = Multipart::from_request(request, state).await.map_err(|_| broken())?;
            Ok(Upload::read(form).await?)
        } else {
            let Form(fields) = Form::from_request(request, state).await.map_err(|_| broken())?;
            Ok(Upload::plain(fields))
        }
    }
}
