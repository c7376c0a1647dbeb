//! A county in FINT whose resources are as fat as real ones: most of each is what no card needs. It is made as it is read, and
//! never held.

use async_trait::async_trait;
use school_records::fint::{FintSource, Grant};
use school_records::http::{Http, HttpError, Request, Response};
use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read};
use std::time::Duration;
use url::Url;

pub(crate) struct FatCounty {
    pub(crate) pupils: usize,
}

impl FatCounty {
    pub(crate) fn apprentices(&self) -> usize {
        self.pupils / 4
    }

    /// How many resources a class has.
    fn count(&self, path: &str) -> usize {
        match path {
            "utdanning/elev/klassemedlemskap" => self.pupils * 2,
            "utdanning/elev/elev"
            | "utdanning/elev/person"
            | "utdanning/elev/elevforhold"
            | "utdanning/utdanningsprogram/programomrademedlemskap" => self.pupils,
            "utdanning/larling/larling" | "utdanning/larling/person" => self.apprentices(),
            "utdanning/utdanningsprogram/skole"
            | "utdanning/elev/klasse"
            | "utdanning/utdanningsprogram/programomrade"
            | "utdanning/utdanningsprogram/arstrinn"
            | "utdanning/kodeverk/elevkategori"
            | "utdanning/larling/virksomhet" => 1,
            _ => 0,
        }
    }

    fn resource(path: &str, n: usize) -> String {
        let link = |relation: &str, target: String| {
            format!(
                "\"{relation}\":[{{\"href\":\"https://api.felleskomponent.no/utdanning/{target}\"}}]"
            )
        };
        let valid = "\"gyldighetsperiode\":{\"beskrivelse\":\"Skoleåret\",\"start\":\"2026-08-17T00:00:00Z\",\"slutt\":\"2027-07-31T00:00:00Z\"}";
        let enrolment = |n: usize| link("elevforhold", format!("elev/elevforhold/systemid/F{n}"));
        let (id, fields, links) = match path {
            "utdanning/elev/klassemedlemskap" => (
                format!("M{n}"),
                valid.to_owned(),
                enrolment(n / 2) + "," + &link("klasse", "elev/klasse/systemid/0".into()),
            ),
            "utdanning/utdanningsprogram/programomrademedlemskap" => (
                format!("P{n}"),
                valid.to_owned(),
                enrolment(n) + "," + &link("programomrade", "x/programomrade/systemid/0".into()),
            ),
            "utdanning/elev/elevforhold" => (
                format!("F{n}"),
                format!("{valid},\"hovedskole\":true"),
                [
                    link("elev", format!("elev/elev/elevnummer/{n}")),
                    link("skole", "x/skole/skolenummer/16001".into()),
                    link("kategori", "x/elevkategori/systemid/0".into()),
                    link("klassemedlemskap", format!("x/klassemedlemskap/systemid/M{}", 2 * n)),
                ]
                .join(","),
            ),
            "utdanning/elev/elev" => (
                format!("E{n}"),
                format!(
                    "\"elevnummer\":{{\"identifikatorverdi\":\"{n}\"}},\"feidenavn\":{{\"identifikatorverdi\":\"elev{n}@fylke.no\"}},\"gjest\":false"
                ),
                link("person", format!("elev/person/fodselsnummer/e{n}")),
            ),
            "utdanning/larling/larling" => (
                format!("L{n}"),
                "\"kontraktstype\":\"L\",\"laretid\":{\"start\":\"2026-08-17T00:00:00Z\"}".into(),
                [
                    link("person", format!("larling/person/fodselsnummer/l{n}")),
                    link("bedrift", "larling/virksomhet/systemid/0".into()),
                ]
                .join(","),
            ),
            "utdanning/elev/person" | "utdanning/larling/person" => {
                let key = if path.contains("larling") { 'l' } else { 'e' };
                (
                    format!("N{n}"),
                    format!(
                        "\"fodselsnummer\":{{\"identifikatorverdi\":\"{key}{n}\"}},\"fodselsdato\":\"2009-03-14T00:00:00Z\",\"navn\":{{\"fornavn\":\"Nora Marie\",\"etternavn\":\"Bjørkøy {n}\"}},\"kontaktinformasjon\":{{\"mobiltelefonnummer\":\"68050001\",\"epostadresse\":\"nora@example.no\"}}"
                    ),
                    String::new(),
                )
            }
            _ => (
                "0".into(),
                "\"navn\":\"2STA\",\"kode\":\"2\",\"skolenummer\":{\"identifikatorverdi\":\"16001\"},\"organisasjonsnavn\":\"Bygg AS\"".into(),
                String::new(),
            ),
        };
        let unused: Vec<String> = (0..6)
            .map(|at| link(&format!("annet{at}"), format!("{path}/systemid/{id}")))
            .collect();
        let links = [
            link("self", format!("{path}/systemid/{id}")),
            links,
            unused.join(","),
        ]
        .into_iter()
        .filter(|links| !links.is_empty())
        .collect::<Vec<_>>()
        .join(",");
        format!(
            "{{\"systemId\":{{\"identifikatorverdi\":\"{id}\"}},{fields},\"bostedsadresse\":{{\"adresselinje\":[\"Storgata 1\",\"{}\"],\"postnummer\":\"7000\"}},\"_links\":{{{links}}}}}",
            "en lang adresse ".repeat(16)
        )
    }

    fn page(&self, path: &str, offset: usize, size: usize) -> String {
        let total = self.count(path);
        let range = offset..total.min(offset + size);
        let entries: Vec<String> = range.map(|n| Self::resource(path, n)).collect();
        format!(
            "{{\"_embedded\":{{\"_entries\":[{}]}},\"total_items\":{total},\"_links\":{{}}}}",
            entries.join(",")
        )
    }

    /// The class as a file.
    pub(crate) fn file(&self, name: &str) -> Box<dyn BufRead> {
        let path = name.trim_end_matches(".json").to_owned();
        Box::new(BufReader::new(File {
            total: self.count(&path),
            path,
            next: 0,
            piece: b"[".to_vec(),
            at: 0,
        }))
    }

    pub(crate) fn source() -> FintSource {
        let url = |text: &str| Url::parse(text).unwrap();
        FintSource {
            page_size: 200,
            ..FintSource::new(
                url("https://fint.example/"),
                url("https://fint.example/token"),
                "client".into(),
                "secret".into(),
                Grant::ClientCredentials,
            )
        }
    }
}

#[async_trait]
impl Http for FatCounty {
    async fn send(&self, request: &Request) -> Result<Response, HttpError> {
        let path = request.url.path().trim_start_matches('/');
        let body = if path == "token" {
            "{\"access_token\":\"t\"}".to_owned()
        } else {
            let query: HashMap<String, String> = request.url.query_pairs().into_owned().collect();
            let number = |name: &str| query[name].parse().unwrap();
            self.page(path, number("offset"), number("size"))
        };
        Ok(Response {
            status: 200,
            retry_after: None,
            body: body.into_bytes(),
        })
    }

    async fn pause(&self, _: Duration) {}
}

struct File {
    path: String,
    total: usize,
    next: usize,
    piece: Vec<u8>,
    at: usize,
}

impl Read for File {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        if self.at == self.piece.len() && self.next <= self.total {
            self.piece = if self.next == self.total {
                b"]".to_vec()
            } else {
                let comma = if self.next == 0 { "" } else { "," };
                (comma.to_owned() + &FatCounty::resource(&self.path, self.next)).into_bytes()
            };
            self.next += 1;
            self.at = 0;
        }
        let read = (&self.piece[self.at..]).read(buffer)?;
        self.at += read;
        Ok(read)
    }
}
