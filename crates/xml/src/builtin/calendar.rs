/// STUB
pub fn parse_date_time(_text: &str) -> Option<i64> { None }
/// STUB
pub fn parse_date(_text: &str) -> Option<(i64, i64)> { None }
/// STUB
pub fn format_date_time(_micros: i64) -> String { String::new() }
