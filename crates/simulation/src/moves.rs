//! The moves that the manual allows, read from it: the checker does not ask the engine.

use std::sync::OnceLock;

use ordergate_engine::order::Status;

const MANUAL: &str = include_str!("../../../docs/automata.md");

fn moves() -> &'static [(Status, Status)] {
    static MOVES: OnceLock<Vec<(Status, Status)>> = OnceLock::new();
    MOVES.get_or_init(|| {
        let chapter = MANUAL.split("\n## ").find(|chapter| chapter.starts_with("Orders and items")).unwrap_or_default();
        let table = chapter.split_once("| from | to | when |").map_or("", |(_, table)| table);
        let rows = table.lines().map(|line| line.split('|').map(str::trim).collect::<Vec<_>>());
        let moves = rows.filter_map(|cells| Some((Status::from_name(cells.get(1)?)?, Status::from_name(cells.get(2)?)?)));
        let moves: Vec<_> = moves.collect();
        assert!(moves.len() > 10, "the manual has no table of moves");
        moves
    })
}

pub(crate) fn may_move(from: Status, to: Status) -> bool {
    moves().contains(&(from, to))
}
