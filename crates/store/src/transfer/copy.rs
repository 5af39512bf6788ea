//! Copying.

use std::time::{Duration, Instant};

use super::error::AtSide as _;
use super::plan::{self, Part};
use super::report::Listener;
use super::{PageLimit, Progress, Report, Side, Source, Stage, Target, TransferError, counters, verify};

/// Copies everything that the target lacks, and compares the two stores in the end.
///
/// The target must be empty or hold the beginning of the same copy, and nobody else may write to it meanwhile. When
/// the copy is cut short, however that comes about, the same call goes on where it ended.
pub async fn copy(from: &mut dyn Source, to: &mut dyn Target, progress: Listener<'_>) -> Result<Report, TransferError> {
    from.snapshot().await.of(Side::Source)?;
    let parts = plan::plan(from, to).await?;
    let mut times = Vec::with_capacity(parts.len());
    for part in &parts {
        times.push(copy_part(from, to, part, progress).await?);
    }
    counters::set(from, to).await?;
    let mut report = verify(from, to, progress).await?;
    for ((table, part), time) in report.tables.iter_mut().zip(&parts).zip(times) {
        table.copying = time;
        table.copied = table.rows - part.present;
    }
    Ok(report)
}

/// Reads a page while the one before it is written.
async fn copy_part(
    from: &mut dyn Source,
    to: &mut dyn Target,
    part: &Part,
    progress: Listener<'_>,
) -> Result<Duration, TransferError> {
    let began = Instant::now();
    let Part { table, mut present, total, .. } = *part;
    let mut hear = |rows| progress(Progress { stage: Stage::Copying, table: table.name, rows, total });
    hear(present);
    from.read_from(table, part.after.as_ref()).await.of(Side::Source)?;
    let mut page = from.next_page(PageLimit::USUAL).await.of(Side::Source)?;
    while !page.is_empty() {
        let rows = page.len() as u64;
        // Both are waited for, whatever comes of one: a write that was begun must not outlive this call.
        let (next, written) = tokio::join!(from.next_page(PageLimit::USUAL), to.append(table, page));
        written.of(Side::Target)?;
        present += rows;
        hear(present);
        page = next.of(Side::Source)?;
    }
    Ok(began.elapsed())
}
