//! An S3 server on loopback, over a folder.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use s3s::auth::SimpleAuth;
use s3s::service::S3ServiceBuilder;
use s3s_fs::FileSystem;
use store::ground::objects::Objects;

const KEY: &str = "test-key";
const SECRET: &str = "test-secret";
const BUCKET: &str = "register";

/// The server. Stops with the test.
#[derive(Debug)]
pub struct S3 {
    port: u16,
    lost: Arc<AtomicBool>,
}

impl S3 {
    /// Starts a server with one bucket.
    pub async fn start(folder: &Path) -> Self {
        std::fs::create_dir_all(folder.join(BUCKET)).unwrap();
        let mut service = S3ServiceBuilder::new(FileSystem::new(folder).unwrap());
        service.set_auth(SimpleAuth::from_single(KEY, SECRET));
        let service = service.build();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let lost = Arc::new(AtomicBool::new(false));
        let is_lost = Arc::clone(&lost);
        tokio::spawn(async move {
            loop {
                let Ok((socket, _)) = listener.accept().await else { continue };
                if is_lost.load(Ordering::SeqCst) {
                    continue;
                }
                let (service, is_lost) = (service.clone(), Arc::clone(&is_lost));
                tokio::spawn(async move {
                    let builder = Builder::new(TokioExecutor::new());
                    let serving = builder.serve_connection(TokioIo::new(socket), service);
                    tokio::pin!(serving);
                    while !is_lost.load(Ordering::SeqCst) {
                        let moment = std::time::Duration::from_millis(2);
                        if tokio::time::timeout(moment, serving.as_mut()).await.is_ok() {
                            return;
                        }
                    }
                });
            }
        });
        Self { port, lost }
    }

    /// The bucket, as the register opens it.
    pub fn objects(&self) -> Objects {
        let settings = [
            ("AWS_ACCESS_KEY_ID", KEY.to_owned()),
            ("AWS_SECRET_ACCESS_KEY", SECRET.to_owned()),
            ("AWS_REGION", "eu-west-2".to_owned()),
            ("AWS_ENDPOINT", format!("http://127.0.0.1:{}", self.port)),
            ("AWS_ALLOW_HTTP", "true".to_owned()),
        ];
        let settings = settings.map(|(name, value)| (name.to_owned(), value));
        Objects::open(&format!("s3://{BUCKET}/some/prefix"), settings).unwrap()
    }

    /// Makes the server stop answering, or answer again.
    pub fn lose(&self, lost: bool) {
        self.lost.store(lost, Ordering::SeqCst);
    }
}
