//! Prints measurements as a plain-text table, each set against the static server.

use std::time::Duration;

use crate::load::Report;

/// The figures of one run that are compared.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Figures {
    pub requests_per_second: f64,
    pub p50: Duration,
    pub p99: Duration,
    /// CPU time of the server per request; `None` when it was not watched.
    pub cpu_per_request: Option<Duration>,
}

impl From<&Report> for Figures {
    fn from(report: &Report) -> Self {
        Self {
            requests_per_second: report.requests_per_second,
            p50: report.p50,
            p99: report.p99,
            cpu_per_request: report.cpu_per_request(),
        }
    }
}

/// One line of the table.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    pub name: String,
    pub figures: Figures,
    /// The static server under the same load, answering as many bytes; `None` leaves the ratios out.
    pub yardstick: Option<Figures>,
}

const HEADERS: [&str; 7] = ["name", "requests/s", "p50 ms", "p99 ms", "CPU us/request", "requests/s : static", "CPU : static"];

/// Aligned columns in ASCII, a header line with units first. A figure that is not known is a dash.
pub fn table(rows: &[Row]) -> String {
    let mut lines = vec![HEADERS.map(str::to_owned)];
    lines.extend(rows.iter().map(cells));
    let widths: [usize; 7] = std::array::from_fn(|column| lines.iter().map(|line| line[column].len()).max().unwrap_or(0));
    lines.insert(1, widths.map(|width| "-".repeat(width)));
    lines.iter().map(|line| aligned(line, &widths)).collect()
}

/// Names to the left, figures to the right.
fn aligned(cells: &[String; 7], widths: &[usize; 7]) -> String {
    let figures = cells[1..].iter().zip(&widths[1..]).map(|(cell, width)| format!("  {cell:>width$}"));
    format!("{:<width$}{}\n", cells[0], figures.collect::<String>(), width = widths[0])
}

fn cells(row: &Row) -> [String; 7] {
    let figures = &row.figures;
    let yardstick = row.yardstick.as_ref();
    [
        ascii(&row.name),
        format!("{:.0}", figures.requests_per_second),
        millis(figures.p50),
        millis(figures.p99),
        or_dash(figures.cpu_per_request.map(|cpu| format!("{:.1}", cpu.as_secs_f64() * 1e6))),
        or_dash(yardstick.and_then(|static_server| ratio(figures.requests_per_second, static_server.requests_per_second))),
        or_dash(yardstick.and_then(|static_server| {
            ratio(figures.cpu_per_request?.as_secs_f64(), static_server.cpu_per_request?.as_secs_f64())
        })),
    ]
}

/// Anything else would upset the columns, or the terminal.
fn ascii(name: &str) -> String {
    name.chars().map(|char| if char.is_ascii_graphic() || char == ' ' { char } else { '?' }).collect()
}

fn millis(duration: Duration) -> String {
    format!("{:.3}", duration.as_secs_f64() * 1e3)
}

fn ratio(measured: f64, yardstick: f64) -> Option<String> {
    (yardstick > 0.0).then(|| format!("{:.2}", measured / yardstick))
}

fn or_dash(cell: Option<String>) -> String {
    cell.unwrap_or_else(|| "-".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const STATIC: Figures = Figures {
        requests_per_second: 80_000.0,
        p50: Duration::from_micros(400),
        p99: Duration::from_micros(900),
        cpu_per_request: Some(Duration::from_micros(10)),
    };

    #[test]
    fn columns_are_aligned_and_compared_with_the_yardstick() {
        let get_status = Figures {
            requests_per_second: 20_000.4,
            p50: Duration::from_micros(1500),
            p99: Duration::from_millis(12),
            cpu_per_request: Some(Duration::from_nanos(25_260)),
        };
        let unwatched = Figures { cpu_per_request: None, ..STATIC };
        let rows = [
            Row { name: "static".into(), figures: STATIC, yardstick: Some(STATIC) },
            Row { name: "OSEO GetStatus".into(), figures: get_status, yardstick: Some(STATIC) },
            Row { name: "Stück\n".into(), figures: unwatched, yardstick: None },
        ];
        let expected = "\
name            requests/s  p50 ms  p99 ms  CPU us/request  requests/s : static  CPU : static
--------------  ----------  ------  ------  --------------  -------------------  ------------
static               80000   0.400   0.900            10.0                 1.00          1.00
OSEO GetStatus       20000   1.500  12.000            25.3                 0.25          2.53
St?ck?               80000   0.400   0.900               -                    -             -
";
        assert_eq!(table(&rows), expected);
    }

    #[test]
    fn a_yardstick_of_zero_gives_no_ratio() {
        let idle = Figures { requests_per_second: 0.0, cpu_per_request: Some(Duration::ZERO), ..STATIC };
        let line = cells(&Row { name: "x".into(), figures: STATIC, yardstick: Some(idle) });
        assert_eq!(line[5..], ["-", "-"]);
    }
}
