//! Heroku's router, from its pages on error codes and on the request timeout, and IIS with ARR or the ASP.NET Core
//! module, from reports of its pages.

use super::super::{Gateway, LogLine, Mark, MarkGroup, log_line, remedy};
use super::{documented, timeout};
use crate::observation::Phase::{Connect, Head, Wait};
use crate::proxy_status::ErrorType as E;

/// Heroku's router. All its errors are 503, and the code (H10 to H99) stands in the log alone.
pub(in crate::gateway) static HEROKU: Gateway = Gateway {
    own_error: &[MarkGroup {
        marks: &[Mark::Status(&[503]), Mark::Body("herokucdn.com/error-pages/")],
        what: "Heroku's own error page",
    }],
    relayed: &[
        MarkGroup { marks: &[Mark::FieldContains("Via", "vegur")], what: "the Via field of Heroku's router" },
        MarkGroup {
            marks: &[Mark::FieldContains("Via", "heroku-router")],
            what: "the Via field of Heroku's router",
        },
    ],
    fault_statuses: &[503],
    timeouts: &[timeout(
        "the router's limit for the first byte (H12)",
        Some(30.0),
        &[Wait, Head],
        503,
        false,
    )],
    log_lines: HEROKU_LOG,
    remedies: &[
        remedy(
            E::ConnectionReadTimeout,
            &[],
            "The 30 s to the first byte cannot be changed: move long work to a worker dyno, and let the client ask \
             for the result.",
            "",
        ),
        remedy(
            E::ConnectionRefused,
            &[],
            "Let the web process listen on 0.0.0.0 and on the port in $PORT.",
            "",
        ),
    ],
    ..documented(
        "heroku",
        "Heroku",
        "not measured: Heroku Error Codes",
        "https://devcenter.heroku.com/articles/error-codes",
    )
};

const ROUTER: &str = "log (heroku[router], at=error)";

const HEROKU_LOG: &[LogLine] = &[
    log_line(E::ConnectionRefused, &[], "code=H21 desc=\"Backend connection refused\"", ROUTER),
    log_line(E::ConnectionTimeout, &[], "code=H19 desc=\"Backend connection timeout\"", ROUTER),
    log_line(E::ConnectionReadTimeout, &[], "code=H12 desc=\"Request timeout\"", ROUTER),
    log_line(E::ConnectionTerminated, &[], "code=H13 desc=\"Connection closed without response\"", ROUTER),
    log_line(E::HttpProtocolError, &[], "code=H17 desc=\"Poorly formatted HTTP response\"", ROUTER),
    log_line(E::DestinationUnavailable, &[], "code=H10 desc=\"App crashed\"", ROUTER),
    log_line(E::DestinationUnavailable, &[], "code=H14 desc=\"No web processes running\"", ROUTER),
];

/// IIS as a gateway.
pub(in crate::gateway) static IIS: Gateway = Gateway {
    version: Some(("Server", "Microsoft-IIS/")),
    own_error: &[
        MarkGroup { marks: &[IIS_502, SERVER, NO_VIA, Mark::Body("HTTP Error 502.")], what: IIS_PAGE },
        MarkGroup { marks: &[IIS_502, SERVER, NO_VIA, Mark::Body("502.3 - Bad Gateway")], what: IIS_PAGE },
        MarkGroup {
            marks: &[
                IIS_502,
                SERVER,
                NO_VIA,
                Mark::Body(
                    "502 - Web server received an invalid response while acting as a gateway or proxy server.",
                ),
            ],
            what: IIS_PAGE,
        },
    ],
    fault_statuses: &[502],
    timeouts: &[timeout("the proxy's time-out", None, &[Connect, Wait, Head], 502, false)],
    log_lines: &[log_line(
        E::ConnectionReadTimeout,
        &[],
        "sc-status 502, sc-substatus 3",
        "log (fields sc-status, sc-substatus and sc-win32-status)",
    )],
    remedies: &[remedy(
        E::ConnectionRefused,
        &[],
        "502.5 means that the process did not start, crashed, or does not listen on the port that IIS gave it: its \
         standard output tells why.",
        "<aspNetCore stdoutLogEnabled=\"true\" stdoutLogFile=\".\\logs\\stdout\" />",
    )],
    ..documented(
        "iis",
        "IIS",
        "not measured: reports of the pages of IIS, ARR and the ASP.NET Core module",
        "https://learn.microsoft.com/iis/extensions/planning-for-arr/",
    )
};

const IIS_502: Mark = Mark::Status(&[502]);
const SERVER: Mark = Mark::Field("Server", "Microsoft-IIS/*");
const NO_VIA: Mark = Mark::NoField("Via");
const IIS_PAGE: &str = "the page of IIS for errors of a gateway, beside its Server field";
