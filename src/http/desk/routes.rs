//! The routes of the pages for work.

use actix_web::http::Method;
use actix_web::web;

use super::{
    account, accounts, add_account, change_account, decide, home, new_organization, new_report,
    new_site, organization, queue, report, review, save_organization, save_report, save_site,
    send_organization, send_report, send_site, sign_in, sign_in_page, sign_out, site, submissions,
    submitted_report, submitted_site,
};
use crate::http::routes::{Entry, reading};

/// The paths, and what each takes.
pub(in crate::http) static ROUTES: &[Entry] = &[
    ("/desk", &[(Method::GET, || reading().to(home))]),
    (
        "/desk/accounts",
        &[
            (Method::GET, || reading().to(accounts)),
            (Method::POST, || web::post().to(add_account)),
        ],
    ),
    (
        "/desk/accounts/{account}",
        &[
            (Method::GET, || reading().to(account)),
            (Method::POST, || web::post().to(change_account)),
        ],
    ),
    (
        "/desk/organizations/new",
        &[
            (Method::GET, || reading().to(new_organization)),
            (Method::POST, || web::post().to(send_organization)),
        ],
    ),
    (
        "/desk/organizations/{id}/edit",
        &[
            (Method::GET, || reading().to(organization)),
            (Method::POST, || web::post().to(save_organization)),
        ],
    ),
    ("/desk/queue", &[(Method::GET, || reading().to(queue))]),
    (
        "/desk/reports/new",
        &[
            (Method::GET, || reading().to(new_report)),
            (Method::POST, || web::post().to(send_report)),
        ],
    ),
    (
        "/desk/reports/{id}/edit",
        &[
            (Method::GET, || reading().to(report)),
            (Method::POST, || web::post().to(save_report)),
        ],
    ),
    (
        "/desk/review/{collection}/{id}",
        &[
            (Method::GET, || reading().to(review)),
            (Method::POST, || web::post().to(decide)),
        ],
    ),
    (
        "/desk/sign-in",
        &[
            (Method::GET, || reading().to(sign_in_page)),
            (Method::POST, || web::post().to(sign_in)),
        ],
    ),
    (
        "/desk/sign-out",
        &[(Method::POST, || web::post().to(sign_out))],
    ),
    (
        "/desk/sites/new",
        &[
            (Method::GET, || reading().to(new_site)),
            (Method::POST, || web::post().to(send_site)),
        ],
    ),
    (
        "/desk/sites/{id}/edit",
        &[
            (Method::GET, || reading().to(site)),
            (Method::POST, || web::post().to(save_site)),
        ],
    ),
    (
        "/desk/submissions",
        &[(Method::GET, || reading().to(submissions))],
    ),
    (
        "/desk/submissions/reports/{id}",
        &[(Method::GET, || reading().to(submitted_report))],
    ),
    (
        "/desk/submissions/sites/{id}",
        &[(Method::GET, || reading().to(submitted_site))],
    ),
];
