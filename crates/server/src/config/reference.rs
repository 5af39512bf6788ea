/// The default configuration as a commented TOML file. Loading it as it is changes nothing.
pub fn reference() -> String {
    include_str!("reference.toml").to_owned()
}
