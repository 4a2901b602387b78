//! Passing a body on while it comes. The head is out by then, so a fault can only be shown by cutting off.

use tokio::io::{AsyncWrite, AsyncWriteExt};

use super::super::request::Version;
use super::failure::Failure;
use super::response::{Framing, ResponseReader, parse_field};

/// The body did not come to its end; the client must not think that it did.
#[derive(Debug)]
pub(super) struct Cut;

impl From<Failure> for Cut {
    fn from(_: Failure) -> Self {
        Self
    }
}

impl From<std::io::Error> for Cut {
    fn from(_: std::io::Error) -> Self {
        Self
    }
}

/// Passes on a body that is framed like this.
pub(super) async fn body<W: AsyncWrite + Unpin>(
    client: &mut W,
    upstream: &mut ResponseReader,
    framing: Framing,
    version: Version,
) -> Result<(), Cut> {
    match framing {
        Framing::Bodiless => {}
        Framing::Length(length) => exactly(client, upstream, length).await?,
        Framing::Chunked => chunks(client, upstream, version).await?,
        Framing::UntilClose => until_close(client, upstream).await?,
    }
    client.flush().await?;
    Ok(())
}

async fn exactly<W>(client: &mut W, upstream: &mut ResponseReader, mut missing: u64) -> Result<(), Cut>
where
    W: AsyncWrite + Unpin,
{
    while missing > 0 {
        let bytes = upstream.available().await?;
        let length = bytes.len().min(usize::try_from(missing).unwrap_or(usize::MAX));
        if length == 0 {
            return Err(Cut);
        }
        client.write_all(&bytes[..length]).await?;
        upstream.consume(length);
        missing -= length as u64;
    }
    Ok(())
}

async fn until_close<W: AsyncWrite + Unpin>(
    client: &mut W,
    upstream: &mut ResponseReader,
) -> Result<(), Cut> {
    loop {
        let bytes = upstream.available().await?;
        let length = bytes.len();
        if length == 0 {
            return Ok(());
        }
        client.write_all(bytes).await?;
        upstream.consume(length);
    }
}

/// RFC 9112, section 7.1. Extensions and trailers end here; a client of HTTP/1.0 gets the content alone.
async fn chunks<W>(client: &mut W, upstream: &mut ResponseReader, version: Version) -> Result<(), Cut>
where
    W: AsyncWrite + Unpin,
{
    let is_chunked = version == Version::Http11;
    loop {
        upstream.begin_section();
        let size = chunk_size(&upstream.line(b"").await?).ok_or(Cut)?;
        if size == 0 {
            break;
        }
        if is_chunked {
            client.write_all(format!("{size:x}\r\n").as_bytes()).await?;
        }
        exactly(client, upstream, size).await?;
        if !upstream.line(b"").await?.is_empty() {
            return Err(Cut);
        }
        if is_chunked {
            client.write_all(b"\r\n").await?;
        }
    }
    upstream.begin_section();
    loop {
        let line = upstream.line(b"").await?;
        if line.is_empty() {
            break;
        }
        parse_field(&line)?;
    }
    if is_chunked {
        client.write_all(b"0\r\n\r\n").await?;
    }
    Ok(())
}

/// `chunk-size [ chunk-ext ]`; extensions are only looked at for control characters.
fn chunk_size(line: &[u8]) -> Option<u64> {
    let end = line.iter().position(|byte| !byte.is_ascii_hexdigit()).unwrap_or(line.len());
    let (digits, extension) = line.split_at(end);
    let is_extension = extension.is_empty() || extension.trim_ascii_start().starts_with(b";");
    let is_clean = extension.iter().all(|byte| !byte.is_ascii_control() || *byte == b'\t');
    let size = u64::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?;
    (is_extension && is_clean).then_some(size)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chunk_size_is_hexadecimal_with_extensions_after_it() {
        assert_eq!(chunk_size(b"1f"), Some(31));
        assert_eq!(chunk_size(b"3;lab=\"yes\";plain"), Some(3));
        for bad in [&b""[..], b"xyz", b"-1", b"+1", b"0x3", b"3 4", b"3;a=\x01b", b"fffffffffffffffffffff"] {
            assert_eq!(chunk_size(bad), None, "{bad:?}");
        }
    }
}
