//! Regions as boxes of latitude and longitude, in degrees.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// From its western to its eastern edge; where west is greater than east it goes over the antimeridian. Written as
/// `[west, south, east, north]`, as GeoJSON has it (RFC 7946 §5).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(into = "[f64; 4]", try_from = "[f64; 4]")]
pub(crate) struct Region {
    west: f64,
    south: f64,
    east: f64,
    north: f64,
}

/// Four numbers that are no box.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected west, south, east and north in degrees, south not beyond north")]
pub(crate) struct NoBox;

impl TryFrom<[f64; 4]> for Region {
    type Error = NoBox;

    fn try_from([west, south, east, north]: [f64; 4]) -> Result<Self, NoBox> {
        let is_latitude = |degrees: f64| (-90.0..=90.0).contains(&degrees);
        let is_longitude = |degrees: f64| (-180.0..=180.0).contains(&degrees);
        let is_box = is_latitude(south) && is_latitude(north) && south <= north && is_longitude(west) && is_longitude(east);
        if is_box { Ok(Self { west, south, east, north }) } else { Err(NoBox) }
    }
}

impl From<Region> for [f64; 4] {
    fn from(region: Region) -> Self {
        [region.west, region.south, region.east, region.north]
    }
}

impl Region {
    /// Whether the two have a point in common; edges belong to both.
    pub fn meets(self, other: Self) -> bool {
        let overlap = |(a, b): (f64, f64), (c, d): (f64, f64)| a <= d && c <= b;
        overlap((self.south, self.north), (other.south, other.north))
            && self.spans().any(|span| other.spans().any(|other| overlap(span, other)))
    }

    /// Its longitudes, cut at the antimeridian. Both names of the antimeridian are one line.
    fn spans(self) -> impl Iterator<Item = (f64, f64)> {
        let (first, second) =
            if self.west <= self.east { ((self.west, self.east), None) } else { ((self.west, 180.0), Some((-180.0, self.east))) };
        let touches = |(west, east): (f64, f64)| {
            let at_west = (west <= -180.0).then_some((180.0, 180.0));
            at_west.or_else(|| (east >= 180.0).then_some((-180.0, -180.0)))
        };
        [Some(first), second, touches(first)].into_iter().flatten()
    }

    /// The box of a region as clients write it:
    ///
    /// * a text of numbers, as pairs of latitude and longitude (EPSG:4326): two corners, or the points of a polygon;
    /// * elements whose names say what their numbers are (`west`, `minLongitude`, `southernLatitude`, `lowerCorner` ...), however
    ///   deeply they are nested.
    pub fn read(value: &Value) -> Result<Self, String> {
        let mut points = Points::default();
        points.walk(value, "")?;
        points.region()
    }
}

/// What a client's region consists of.
#[derive(Debug, Default)]
struct Points {
    latitudes: Vec<f64>,
    longitudes: Vec<f64>,
    west: Option<f64>,
    east: Option<f64>,
}

impl Points {
    fn walk(&mut self, value: &Value, name: &str) -> Result<(), String> {
        match value {
            Value::Object(parts) => parts.iter().try_for_each(|(part, value)| self.walk(value, &format!("{name} {part}"))),
            Value::Array(values) => values.iter().try_for_each(|value| self.walk(value, name)),
            Value::String(text) => self.text(text, &name.to_lowercase()),
            other => self.text(&other.to_string(), &name.to_lowercase()),
        }
    }

    fn text(&mut self, text: &str, name: &str) -> Result<(), String> {
        let numbers = numbers(text)?;
        if let [number] = numbers[..] {
            return self.named(number, name);
        }
        if numbers.is_empty() || numbers.len() % 2 != 0 {
            return Err("expected pairs of latitude and longitude".to_owned());
        }
        for pair in numbers.chunks_exact(2) {
            self.latitudes.push(pair[0]);
            self.longitudes.push(pair[1]);
        }
        if let [_, west, _, east] = numbers[..] {
            (self.west, self.east) = (Some(west), Some(east));
        }
        Ok(())
    }

    /// A single number, by the name of its element and of those around it.
    fn named(&mut self, number: f64, name: &str) -> Result<(), String> {
        let says = |words: &[&str]| words.iter().any(|word| name.contains(word));
        let last = name.rsplit(' ').next().unwrap_or_default();
        if last.contains("lat") || says(&["north", "south"]) {
            self.latitudes.push(number);
        } else if last.contains("lon") || says(&["west", "east"]) {
            self.longitudes.push(number);
            match () {
                () if says(&["west", "min", "left"]) => self.west = Some(number),
                () if says(&["east", "max", "right"]) => self.east = Some(number),
                () => {}
            }
        } else {
            return Err("expected numbers in elements that say whether they are latitudes or longitudes".to_owned());
        }
        Ok(())
    }

    fn region(self) -> Result<Region, String> {
        let least = |numbers: &[f64]| numbers.iter().copied().reduce(f64::min);
        let most = |numbers: &[f64]| numbers.iter().copied().reduce(f64::max);
        let edges = [
            self.west.or_else(|| least(&self.longitudes)),
            least(&self.latitudes),
            self.east.or_else(|| most(&self.longitudes)),
            most(&self.latitudes),
        ];
        let [Some(west), Some(south), Some(east), Some(north)] = edges else {
            return Err("expected latitudes and longitudes".to_owned());
        };
        Region::try_from([west, south, east, north]).map_err(|error| error.to_string())
    }
}

fn numbers(text: &str) -> Result<Vec<f64>, String> {
    let words = text.split(|c: char| c.is_whitespace() || matches!(c, ',' | ';')).filter(|word| !word.is_empty());
    let number = |word: &str| word.parse::<f64>().ok().filter(|n| n.is_finite());
    words.map(|word| number(word).ok_or_else(|| format!("\"{word}\" is no number"))).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use serde_json::json;

    fn region(edges: [f64; 4]) -> Region {
        Region::try_from(edges).unwrap()
    }

    #[test]
    fn a_region_is_read_as_clients_write_it() {
        let expected = region([10.0, 40.0, 20.0, 50.0]);
        for value in [
            json!("40 10 50 20"),
            json!("40,10 50,20"),
            json!("40 10 40 20 50 20 50 10 40 10"),
            json!({ "west": "10", "south": "40", "east": "20", "north": "50" }),
            json!({ "northBoundLatitude": "50", "southBoundLatitude": "40", "westBoundLongitude": "10", "eastBoundLongitude": "20" }),
            json!({ "min": { "latitude": "40", "longitude": "10" }, "max": { "latitude": "50", "longitude": "20" } }),
            json!({ "Envelope": { "lowerCorner": "40 10", "upperCorner": "50 20" } }),
            json!({ "Polygon": { "exterior": { "LinearRing": { "posList": "40 10 45 20 50 15 40 10" } } } }),
            json!({ "point": [{ "lat": "40", "lon": "10" }, { "lat": "50", "lon": "20" }, { "lat": "45", "lon": "12" }] }),
        ] {
            assert_eq!(Region::read(&value), Ok(expected), "{value}");
        }
        assert_eq!(Region::read(&json!("-10 170 10 -170")), Ok(region([170.0, -10.0, -170.0, 10.0])));
        for wrong in [json!(""), json!("here"), json!("1 2 3"), json!({ "x": "1" }), json!("50 10 95 20"), json!({ "west": "1" })]
        {
            assert!(Region::read(&wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn boxes_meet_also_over_the_antimeridian() {
        let europe = region([-10.0, 35.0, 30.0, 70.0]);
        let pacific = region([170.0, -10.0, -170.0, 10.0]);
        for (a, b, expected) in [
            (europe, region([30.0, 70.0, 40.0, 80.0]), true),
            (europe, region([31.0, 40.0, 40.0, 50.0]), false),
            (europe, region([0.0, -10.0, 10.0, 34.0]), false),
            (europe, region([-180.0, -90.0, 180.0, 90.0]), true),
            (pacific, region([175.0, 0.0, 179.0, 5.0]), true),
            (pacific, region([-175.0, 0.0, -172.0, 5.0]), true),
            (pacific, region([0.0, 0.0, 10.0, 5.0]), false),
            (pacific, region([160.0, 0.0, -160.0, 5.0]), true),
            (region([170.0, 0.0, 180.0, 1.0]), region([-180.0, 0.0, -170.0, 1.0]), true),
        ] {
            assert_eq!((a.meets(b), b.meets(a)), (expected, expected), "{a:?} {b:?}");
        }
    }
}
