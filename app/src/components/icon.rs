//! Icons: paths on a grid of 16, drawn with the colour of the text around them. Each is in the document once.

use leptos::prelude::*;

/// What an icon shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// An arrow that leaves a box.
    External,
    /// A key.
    Key,
    /// A loop.
    Retry,
    /// A bin.
    Bin,
    /// A plus.
    Plus,
    /// An arrow to the left.
    Back,
    /// Lines of text.
    Lines,
    /// A triangle with an exclamation mark.
    Warning,
    /// A shield.
    Shield,
    /// A clock.
    Clock,
    /// Three quarters of a circle, which turns.
    Turning,
    /// A tick in a circle.
    Tick,
    /// A cross in an octagon.
    Cross,
    /// A circle that closes over a line.
    Leaving,
    /// A line in a circle.
    Gone,
    /// A basket with two handles.
    Basket,
}

impl Shape {
    /// Every shape.
    #[cfg(feature = "ssr")]
    const ALL: [Self; 16] = [
        Self::External,
        Self::Key,
        Self::Retry,
        Self::Bin,
        Self::Plus,
        Self::Back,
        Self::Lines,
        Self::Warning,
        Self::Shield,
        Self::Clock,
        Self::Turning,
        Self::Tick,
        Self::Cross,
        Self::Leaving,
        Self::Gone,
        Self::Basket,
    ];

    /// Where the shape is drawn in the document.
    fn id(self) -> &'static str {
        match self {
            Self::External => "i-external",
            Self::Key => "i-key",
            Self::Retry => "i-retry",
            Self::Bin => "i-bin",
            Self::Plus => "i-plus",
            Self::Back => "i-back",
            Self::Lines => "i-lines",
            Self::Warning => "i-warning",
            Self::Shield => "i-shield",
            Self::Clock => "i-clock",
            Self::Turning => "i-turning",
            Self::Tick => "i-tick",
            Self::Cross => "i-cross",
            Self::Leaving => "i-leaving",
            Self::Gone => "i-gone",
            Self::Basket => "i-basket",
        }
    }

    #[cfg(feature = "ssr")]
    fn path(self) -> &'static str {
        match self {
            Self::External => "M6.5 3.5h-3v9h9v-3M9.5 2.5h4v4M13 3 7.5 8.5",
            Self::Key => "M10 9.5a3.5 3.5 0 1 0-3.3-2.3L2.5 11.4v2.1h2.6v-1.8h1.8V9.9l.5-.5M11 5.2v.1",
            Self::Retry => "M13 8a5 5 0 1 1-1.6-3.7M13 2v3h-3",
            Self::Bin => "M2.5 4.5h11M6 4.5v-2h4v2M4 4.5l.6 9h6.8l.6-9M6.6 7v4M9.4 7v4",
            Self::Plus => "M8 3v10M3 8h10",
            Self::Back => "M13 8H3.5M7 4 3 8l4 4",
            Self::Lines => "M2.5 4h11M2.5 8h11M2.5 12h7",
            Self::Warning => "M8 2.2 14.3 13.3H1.7ZM8 6.5v3M8 11.4v.1",
            Self::Shield => "M8 1.8 13.2 3.6v4.2c0 3-2.2 5.4-5.2 6.4-3-1-5.2-3.4-5.2-6.4V3.6Z",
            Self::Clock => "M8 1.8a6.2 6.2 0 1 0 0 12.4A6.2 6.2 0 1 0 8 1.8ZM8 4.8V8l2.2 1.6",
            Self::Turning => "M8 1.8a6.2 6.2 0 1 1-6.2 6.2",
            Self::Tick => "M8 1.8a6.2 6.2 0 1 0 0 12.4A6.2 6.2 0 1 0 8 1.8ZM5.2 8.2l2 2 3.6-4.2",
            Self::Cross => "M5.4 1.8h5.2l3.6 3.6v5.2l-3.6 3.6H5.4l-3.6-3.6V5.4ZM6 6l4 4M10 6l-4 4",
            Self::Leaving => "M8 1.8a6.2 6.2 0 1 1-6.2 6.2M5.4 8h5.2",
            Self::Gone => "M8 1.8a6.2 6.2 0 1 0 0 12.4A6.2 6.2 0 1 0 8 1.8ZM5 8h6",
            Self::Basket => "M1.8 6.2h12.4l-1.6 7.3H3.4ZM4.6 6 7 2.2M11.4 6 9 2.2M6.4 8.8v2.4M9.6 8.8v2.4",
        }
    }
}

/// The shapes, once for the whole document; icons refer to them.
#[cfg(feature = "ssr")]
#[component]
pub fn Shapes() -> impl IntoView {
    let shapes = Shape::ALL.map(|shape| {
        view! {
            <symbol id=shape.id() viewBox="0 0 16 16">
                <path d=shape.path() />
            </symbol>
        }
    });
    view! {
        <svg class="shapes" aria-hidden="true">
            {shapes}
        </svg>
    }
}

/// An icon beside words that say the same: it is hidden from screen readers.
#[component]
pub fn Icon(
    /// What it shows.
    shape: Shape,
) -> impl IntoView {
    view! {
        <svg class="icon" aria-hidden="true">
            <use_ href=format!("#{}", shape.id()) />
        </svg>
    }
}
