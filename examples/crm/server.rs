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
    app::Shared,
    assets, guard, live,
    pages::{
        activity, automations, connect, contact, contacts, customer, missing, remove, settings,
        team, thread, welcome,
    },
    viewer,
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
        .route(
            "/settings/email/{inbox}/remove",
            get(remove::ask).post(remove::remove),
        )
        .route("/settings/team", get(team::show).post(team::save))
        .route("/settings/team/company", post(team::company))
        .route("/contacts", get(contacts::show))
        .route("/contacts/{contact}", get(contact::show))
        .route("/threads/{thread}", get(thread::show))
        .route("/threads/{thread}/share", post(thread::share))
        .route("/viewer", post(viewer::choose))
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
        .route("/mails/{message}/why", get(automations::why::show))
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

/// Serves until Ctrl-C, or until the process is asked to end.
pub(crate) async fn serve(listener: TcpListener, app: Shared) -> Result<(), Failure> {
    let ending = {
        let app = app.clone();
        async move {
            asked_to_end().await;
            app.stop().await;
        }
    };
    axum::serve(listener, router(app))
        .with_graceful_shutdown(ending)
        .await?;
    Ok(())
}

async fn asked_to_end() {
    let interrupted = async {
        // Where no signal can be waited for, the process is ended from outside.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminated) = signal(SignalKind::terminate()) {
            tokio::select! {
                () = interrupted => {}
                _ = terminated.recv() => {}
            }
            return;
        }
    }
    interrupted.await;
}
