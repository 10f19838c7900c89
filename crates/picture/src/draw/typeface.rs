//! How wide text is, before anyone has set it.
//!
//! Which letters a reader's system has is not known here. So these are the widths of DejaVu Sans, which is among the widest
//! of those that systems have: what fits by them fits.

use std::borrow::Cow;

/// Letters of one kind and size, as a class of the style sheet has them.
#[derive(Clone, Copy)]
pub(super) struct Font {
    size: f64,
    letters: Letters,
}

#[derive(Clone, Copy)]
enum Letters {
    Plain,
    Bold,
    Mono,
}

/// Class `title`.
pub(super) const TITLE: Font = Font { size: 20.0, letters: Letters::Bold };
/// Class `label`.
pub(super) const NAME: Font = Font { size: 13.0, letters: Letters::Bold };
/// Classes `muted` and `small`.
pub(super) const NOTE: Font = Font { size: 12.0, letters: Letters::Plain };
/// Class `mono`.
pub(super) const MONO: Font = Font { size: 11.5, letters: Letters::Mono };

/// How wide the letters from the space to the tilde are, in thousandths of their size.
const PLAIN: [u16; 95] = [
    318, 401, 460, 838, 636, 950, 780, 275, 390, 390, 500, 838, 318, 361, 318, 337, 636, 636, 636, 636, 636,
    636, 636, 636, 636, 636, 337, 337, 838, 838, 838, 531, 1000, 684, 686, 698, 770, 632, 575, 775, 752, 295,
    295, 656, 557, 863, 748, 787, 603, 787, 695, 635, 611, 732, 684, 989, 685, 611, 685, 390, 337, 390, 838,
    500, 500, 613, 635, 550, 635, 615, 352, 635, 634, 278, 278, 579, 278, 974, 634, 612, 635, 635, 411, 521,
    392, 634, 592, 818, 592, 592, 525, 636, 337, 636, 838,
];
const BOLD: [u16; 95] = [
    348, 456, 521, 838, 696, 1002, 872, 306, 457, 457, 523, 838, 380, 415, 380, 365, 696, 696, 696, 696, 696,
    696, 696, 696, 696, 696, 400, 400, 838, 838, 838, 580, 1000, 774, 762, 734, 830, 683, 683, 821, 837, 372,
    372, 775, 637, 995, 837, 850, 733, 850, 770, 720, 682, 812, 774, 1103, 771, 724, 725, 457, 365, 457, 838,
    500, 500, 675, 716, 593, 716, 678, 435, 716, 712, 343, 343, 665, 343, 1042, 712, 687, 716, 716, 493, 595,
    478, 712, 652, 924, 645, 652, 582, 712, 365, 712, 838,
];

/// How wide text is, in pixels.
pub(super) fn width(text: &str, font: Font) -> f64 {
    text.chars().map(|character| advance(character, font)).sum()
}

fn advance(character: char, font: Font) -> f64 {
    let ascii =
        u32::from(character).checked_sub(u32::from(' ')).and_then(|place| usize::try_from(place).ok());
    let of = |widths: &[u16; 95]| ascii.and_then(|place| widths.get(place).copied());
    let known = match font.letters {
        Letters::Plain => of(&PLAIN),
        Letters::Bold => of(&BOLD),
        Letters::Mono => Some(620).filter(|_| character < '\u{1100}'),
    };
    // What comes after are, in the end, letters as wide as they are high, and emoji, which are wider.
    let widest = if character < '\u{1100}' {
        1000
    } else if character < '\u{1F000}' {
        1050
    } else {
        1400
    };
    f64::from(known.unwrap_or(widest)) * font.size / 1000.0
}

/// The text, or as much of its beginning as there is room for.
pub(super) fn fitted(text: &str, font: Font, room: f64) -> Cow<'_, str> {
    // A sum may be a hair more than its parts.
    if width(text, font) <= room + 0.01 {
        return Cow::Borrowed(text);
    }
    let mut left = room - advance('…', font);
    let end = text.char_indices().find(|(_, character)| {
        left -= advance(*character, font);
        left < 0.0
    });
    Cow::Owned(format!("{}…", text[..end.map_or(0, |(end, _)| end)].trim_end()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_fit_is_cut() {
        let long = "ssm-agent-installer-daemonset-stack-001";
        assert_eq!(fitted(long, NAME, 1000.0), long);
        for room in [0.0, 30.0, 90.0, 200.0] {
            let cut = fitted(long, NAME, room);
            assert!(cut.ends_with('…') && (room == 0.0 || width(&cut, NAME) <= room), "{cut} in {room}");
        }
        assert_eq!(fitted("数据平面网络", NOTE, 40.0), "数据…");
    }
}
