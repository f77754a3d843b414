use crate::{Effect, Format, Operations};

/// The frame of an update: its head, then the operations, written as the differ finds them.
///
/// ```
/// use relive_protocol::{Format, ToPage, UpdateFrame};
/// use relive_vdom::Sink;
///
/// let mut frame = UpdateFrame::new(Format::MessagePack, 0, 5, &[7], &[]);
/// frame.operations().text(1, "2");
/// let bytes = frame.finish();
/// assert!(matches!(ToPage::decode(Format::MessagePack, &bytes)?, ToPage::Update { seq: 5, .. }));
/// # Ok::<(), relive_protocol::DecodeError>(())
/// ```
#[derive(Debug)]
pub struct UpdateFrame {
    format: Format,
    operations: Operations,
}

impl UpdateFrame {
    /// Writes the head.
    pub fn new(format: Format, region: u32, seq: u32, answers: &[u32], effects: &[Effect]) -> Self {
        let mut out = Vec::with_capacity(64);
        match format {
            Format::MessagePack => {
                out.push(0x96);
                format.write(&mut out, &33);
                format.write(&mut out, &region);
                format.write(&mut out, &seq);
                format.write(&mut out, answers);
                format.write(&mut out, effects);
            }
            Format::Json => {
                format.write(&mut out, &(33, region, seq, answers, effects));
                // The array stays open for the operations.
                out.pop();
                out.push(b',');
            }
        }
        UpdateFrame {
            format,
            operations: Operations::new(format, out),
        }
    }

    /// Takes the patch.
    pub fn operations(&mut self) -> &mut Operations {
        &mut self.operations
    }

    /// The finished frame.
    pub fn finish(self) -> Vec<u8> {
        let mut out = self.operations.finish();
        if self.format == Format::Json {
            out.push(b']');
        }
        out
    }
}
