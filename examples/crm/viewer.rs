//! Whose eyes the pages are made for. A real CRM knows it from its login; this
//! one has none, and lets you choose.

use axum::{
    Form,
    extract::{FromRequestParts, State},
    http::{HeaderMap, header, request::Parts},
    response::{AppendHeaders, IntoResponse, Redirect},
};
use inboxlink::{Owner, OwnerId, Viewer};
use maud::{Markup, html};
use serde::Deserialize;

use crate::{app::Shared, pages::Failed};

/// The team member who looks, and whom else they could be.
pub(crate) struct Eyes {
    me: OwnerId,
    team: Vec<Owner>,
}

impl Eyes {
    pub(crate) fn me(&self) -> OwnerId {
        self.me
    }

    pub(crate) fn viewer(&self) -> Viewer {
        Viewer::Member(self.me)
    }

    /// The choice, where there is one; it leads back to `page`.
    pub(crate) fn choice(&self, page: &str) -> Markup {
        html! {
            @if self.team.len() > 1 {
                form.eyes method="post" action="/viewer" {
                    input type="hidden" name="page" value=(page);
                    label for="viewer" { "Seen as" }
                    select #viewer name="viewer" {
                        @for owner in &self.team {
                            option value=(owner.id) selected[owner.id == self.me] { (owner.name) }
                        }
                    }
                    button.button type="submit" { "Look" }
                }
            }
        }
    }
}

impl FromRequestParts<Shared> for Eyes {
    type Rejection = Failed;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<Self, Failed> {
        let team = app.workspace.config().await?.owners;
        let said = cookie(&parts.headers).filter(|id| team.iter().any(|it| it.id == *id));
        let first = || team.first().map(|owner| owner.id);
        let me = said.or_else(first).unwrap_or(OwnerId::from(1));
        Ok(Self { me, team })
    }
}

fn cookie(headers: &HeaderMap) -> Option<OwnerId> {
    let cookies = headers.get(header::COOKIE)?.to_str().ok()?;
    let mut cookies = cookies.split(';').map(str::trim);
    cookies.find_map(|it| it.strip_prefix("viewer=")?.parse().ok())
}

#[derive(Debug, Deserialize)]
pub(crate) struct Chosen {
    viewer: String,
    page: String,
}

/// `POST /viewer`
pub(crate) async fn choose(
    State(_): State<Shared>,
    Form(form): Form<Chosen>,
) -> Result<impl IntoResponse, Failed> {
    let viewer: OwnerId = form.viewer.parse().map_err(|_| Failed::Missing)?;
    // A page of ours only.
    let ours = form.page.starts_with('/') && !form.page.starts_with("//");
    let page = if ours { form.page.as_str() } else { "/" };
    let cookie = format!("viewer={viewer}; Path=/; HttpOnly; SameSite=Strict");
    Ok((
        AppendHeaders([(header::SET_COOKIE, cookie)]),
        Redirect::to(page),
    ))
}
