//! A name server for one test, on a port of its own, which answers from a list that the test may change.

use std::{
    net::{IpAddr, SocketAddr},
    str::FromStr as _,
    sync::{Arc, Mutex, PoisonError},
};

use app::model::StoreId;
use hickory_resolver::proto::{
    op::{Message, ResponseCode},
    rr::{
        Name, RData, Record, RecordType,
        rdata::{A, AAAA, CNAME, TXT},
    },
};
use tokio::{net::UdpSocket, task::JoinHandle};

/// The records, and who tells them.
pub struct Zone {
    /// Where it answers.
    pub address: SocketAddr,
    records: Arc<Mutex<Vec<Record>>>,
    serving: JoinHandle<()>,
}

impl Zone {
    /// A server that knows nothing yet: no name exists.
    pub async fn serve() -> Self {
        let socket = UdpSocket::bind("127.0.0.1:0").await.expect("a port");
        let address = socket.local_addr().expect("an address");
        let records: Arc<Mutex<Vec<Record>>> = Arc::default();
        let known = Arc::clone(&records);
        let serving = tokio::spawn(async move {
            let mut buffer = [0; 4096];
            loop {
                let (length, from) = socket.recv_from(&mut buffer).await.expect("a question");
                let question = Message::from_vec(&buffer[..length]).expect("a message");
                let records = known.lock().unwrap_or_else(PoisonError::into_inner).clone();
                let answer = answer(&question, &records).to_vec().expect("bytes");
                socket.send_to(&answer, from).await.expect("sent");
            }
        });
        Self { address, records, serving }
    }

    /// Has the domain be another name for the store's own.
    pub fn lead_to(&self, domain: &str, id: &StoreId) {
        self.add(domain, RecordType::CNAME, &format!("{}.localhost", id.namespace()));
    }

    /// Forgets everything.
    pub fn clear(&self) {
        self.records.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// Adds `name TYPE value`.
    pub fn add(&self, name: &str, kind: RecordType, value: &str) {
        let address = || IpAddr::from_str(value).expect("an address");
        let data = match (kind, value) {
            (RecordType::CNAME, value) => RData::CNAME(CNAME(whole(value))),
            (RecordType::TXT, value) => RData::TXT(TXT::new(vec![value.to_owned()])),
            _ => match address() {
                IpAddr::V4(address) => RData::A(A(address)),
                IpAddr::V6(address) => RData::AAAA(AAAA(address)),
            },
        };
        let record = Record::from_rdata(whole(name), 60, data);
        self.records.lock().unwrap_or_else(PoisonError::into_inner).push(record);
    }
}

impl Drop for Zone {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

fn whole(name: &str) -> Name {
    Name::from_ascii(format!("{name}.")).expect("a name")
}

/// What is known of the name and of those that it is another name for, as a resolver that asks others for its clients does.
fn answer(question: &Message, records: &[Record]) -> Message {
    let asked = question.queries.first().expect("a question").clone();
    let mut answer = Message::response(question.metadata.id, question.metadata.op_code);
    answer.metadata.recursion_desired = true;
    answer.metadata.recursion_available = true;
    let mut name = asked.name().clone();
    loop {
        let of_name: Vec<&Record> = records.iter().filter(|record| record.name == name).collect();
        let alias = of_name.iter().find_map(|record| match &record.data {
            RData::CNAME(alias) => Some(alias.0.clone()),
            _ => None,
        });
        let wanted = of_name
            .into_iter()
            .filter(|record| record.record_type() == asked.query_type() || record.record_type() == RecordType::CNAME);
        answer.answers.extend(wanted.cloned());
        match alias {
            Some(next) if asked.query_type() != RecordType::CNAME => name = next,
            _ => break,
        }
    }
    if !records.iter().any(|record| record.name == *asked.name()) {
        answer.metadata.response_code = ResponseCode::NXDomain;
    }
    answer.queries.push(asked);
    answer
}
