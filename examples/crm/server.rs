//! The website: its addresses, and its beginning and end.

use axum::{
    Router,
    extract::DefaultBodyLimit,
    middleware,
    routing::{get, post},
};
use inboxlink_examples::Failure;
use tokio::net::TcpListener;

use crate::{
    app::{App, Shared},
    assets, guard, live,
    pages::{
        activity, automations, connect, contact, contacts, customer, missing, settings, team,
        thread, welcome,
    },
};

/// The largest form: a follow-up's text is the longest thing in one.
const MAX_FORM_BYTES: usize = 256 * 1024;

pub(crate) fn router(app: Shared) -> Router {
    Router::new()
        .route("/", get(welcome::show))
        .route("/settings/email", get(settings::show))
        .route(
            "/settings/email/connect",
            get(connect::show).post(connect::connect),
        )
        .route("/settings/email/{inbox}/pause", post(settings::pause))
        .route("/settings/email/{inbox}/resume", post(settings::resume))
        .route("/settings/team", get(team::show).post(team::save))
        .route("/settings/team/company", post(team::company))
        .route("/contacts", get(contacts::show))
        .route("/contacts/{contact}", get(contact::show))
        .route("/threads/{thread}", get(thread::show))
        .route("/automations", get(automations::show))
        .route(
            "/automations/new",
            get(automations::form::new).post(automations::form::create),
        )
        .route(
            "/automations/{rule}",
            get(automations::form::edit).post(automations::form::update),
        )
        .route("/automations/{rule}/switch", post(automations::switch))
        .route("/automations/{rule}/delete", post(automations::delete))
        .route("/follow-ups/{follow_up}/again", post(automations::again))
        .route("/customer", get(customer::show).post(customer::send))
        .route("/activity", get(activity::show))
        .route("/events", get(live::events))
        .route("/assets/{name}", get(assets::serve))
        .fallback(missing)
        .layer(DefaultBodyLimit::max(MAX_FORM_BYTES))
        .layer(middleware::from_fn(guard::guard))
        .with_state(app)
}

/// Serves until Ctrl-C.
pub(crate) async fn serve(listener: TcpListener, app: Shared) -> Result<(), Failure> {
    let closing = app.clone();
    let interrupted = async move {
        // Where no signal can be waited for, the process is ended from outside.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
        App::stop(&closing).await;
    };
    axum::serve(listener, router(app))
        .with_graceful_shutdown(interrupted)
        .await?;
    Ok(())
}
