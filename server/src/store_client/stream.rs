//! A byte stream to a store, as hyper wants it.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll},
};

use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_util::{
    client::legacy::connect::{Connected, Connection},
    rt::TokioIo,
};
use tokio::{io::DuplexStream, net::TcpStream};
use tokio_util::either::Either;

/// A connection to a store's web server: straight, or through the API server.
pub struct StoreStream(TokioIo<Either<TcpStream, DuplexStream>>);

impl From<TcpStream> for StoreStream {
    fn from(stream: TcpStream) -> Self {
        Self(TokioIo::new(Either::Left(stream)))
    }
}

impl From<DuplexStream> for StoreStream {
    fn from(stream: DuplexStream) -> Self {
        Self(TokioIo::new(Either::Right(stream)))
    }
}

impl Connection for StoreStream {
    fn connected(&self) -> Connected {
        Connected::new()
    }
}

impl Read for StoreStream {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: ReadBufCursor<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_read(cx, buf)
    }
}

impl Write for StoreStream {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(cx)
    }
}
