//! The guide: the pages of `docs/guide`, as modules, so that their links and their code are checked.

/// A module for each page. On the forge a page links to another one's file; here, to its module, as the first definition
/// of a link counts.
macro_rules! guide {
    ($($page:ident)*) => {
        $(#[doc = concat!("[", stringify!($page), "]: crate::guide::", stringify!($page))])*
        ///
        #[doc = include_str!("../../../docs/guide/README.md")]
        pub mod guide {
            guide!(@each ($($page)*) $($page)*);
        }
    };
    (@each $all:tt $($page:ident)*) => {
        $(guide!(@page $all $page);)*
    };
    (@page ($($all:ident)*) $page:ident) => {
        $(#[doc = concat!("[", stringify!($all), "]: crate::guide::", stringify!($all))])*
        /// [guide]: crate::guide
        ///
        #[doc = include_str!(concat!("../../../docs/guide/", stringify!($page), ".md"))]
        pub mod $page {}
    };
}

guide! {
    project look network cluster nodes pod_networks pods tests deploy change ci escape migrate trouble
    aws_cdk cdk8s eksctl terraform
}
