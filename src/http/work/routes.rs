//! The routes of the pages for work.

use actix_web::http::Method;
use actix_web::web;

use super::{
    account, accounts, add_account, change_account, decide, home, new_report, new_site, queue,
    report, review, save_report, save_site, send_report, send_site, sign_in, sign_in_page,
    sign_out, site, submissions, submitted_report, submitted_site,
};
use crate::http::routes::{Entry, reading};

/// The paths, and what each takes.
pub(in crate::http) static ROUTES: &[Entry] = &[
    ("/work", &[(Method::GET, || reading().to(home))]),
    (
        "/work/accounts",
        &[
            (Method::GET, || reading().to(accounts)),
            (Method::POST, || web::post().to(add_account)),
        ],
    ),
    (
        "/work/accounts/{account}",
        &[
            (Method::GET, || reading().to(account)),
            (Method::POST, || web::post().to(change_account)),
        ],
    ),
    ("/work/queue", &[(Method::GET, || reading().to(queue))]),
    (
        "/work/reports/new",
        &[
            (Method::GET, || reading().to(new_report)),
            (Method::POST, || web::post().to(send_report)),
        ],
    ),
    (
        "/work/reports/{id}/edit",
        &[
            (Method::GET, || reading().to(report)),
            (Method::POST, || web::post().to(save_report)),
        ],
    ),
    (
        "/work/review/{collection}/{id}",
        &[
            (Method::GET, || reading().to(review)),
            (Method::POST, || web::post().to(decide)),
        ],
    ),
    (
        "/work/sign-in",
        &[
            (Method::GET, || reading().to(sign_in_page)),
            (Method::POST, || web::post().to(sign_in)),
        ],
    ),
    (
        "/work/sign-out",
        &[(Method::POST, || web::post().to(sign_out))],
    ),
    (
        "/work/sites/new",
        &[
            (Method::GET, || reading().to(new_site)),
            (Method::POST, || web::post().to(send_site)),
        ],
    ),
    (
        "/work/sites/{id}/edit",
        &[
            (Method::GET, || reading().to(site)),
            (Method::POST, || web::post().to(save_site)),
        ],
    ),
    (
        "/work/submissions",
        &[(Method::GET, || reading().to(submissions))],
    ),
    (
        "/work/submissions/reports/{id}",
        &[(Method::GET, || reading().to(submitted_report))],
    ),
    (
        "/work/submissions/sites/{id}",
        &[(Method::GET, || reading().to(submitted_site))],
    ),
];
