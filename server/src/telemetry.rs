//! What the process tells of itself: log lines, and, where somebody collects them, traces in OpenTelemetry's protocol.

use std::io::{IsTerminal as _, stderr};

use anyhow::Context as _;
use opentelemetry::trace::TracerProvider as _;
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig as _};
use opentelemetry_sdk::{Resource, trace::SdkTracerProvider};
use tracing_subscriber::{EnvFilter, Layer as _, layer::SubscriberExt as _, util::SubscriberInitExt as _};

use crate::config::LogFormat;

/// Where the collector takes traces, below the address that it has
/// (<https://opentelemetry.io/docs/specs/otlp/#otlphttp-request>).
const TRACES: &str = "/v1/traces";

/// The name of this service in traces.
const SERVICE: &str = "urumi";

/// What has to be ended with the process.
#[derive(Debug, Default)]
pub struct Telemetry {
    traces: Option<SdkTracerProvider>,
}

impl Telemetry {
    /// Begins to log what passes the filter, and to send the same spans to the collector, such as `http://127.0.0.1:4318`.
    ///
    /// # Errors
    /// The collector's address is none.
    pub fn start(format: LogFormat, filter: &str, collector: Option<&str>) -> anyhow::Result<Self> {
        let traces = collector.map(export_to).transpose().context("traces cannot be exported")?;
        // What sends the traces must not make traces of that.
        let exported = traces.as_ref().map(|traces| {
            let filter = EnvFilter::builder().parse_lossy(format!("{filter},hyper=off,reqwest=off,opentelemetry=off"));
            tracing_opentelemetry::layer().with_tracer(traces.tracer(SERVICE)).with_filter(filter)
        });
        let lines = tracing_subscriber::fmt::layer().with_writer(stderr).with_ansi(stderr().is_terminal());
        let lines = match format {
            LogFormat::Text => lines.boxed(),
            LogFormat::Json => lines.json().flatten_event(true).boxed(),
        };
        let lines = lines.with_filter(EnvFilter::builder().parse_lossy(filter));
        tracing_subscriber::registry().with(lines).with(exported).init();
        Ok(Self { traces })
    }

    /// Sends what is left. Blocks for some seconds at most, where the collector does not answer.
    pub fn stop(self) {
        if let Some(Err(error)) = self.traces.map(|traces| traces.shutdown()) {
            tracing::warn!(%error, "the last traces could not be sent");
        }
    }
}

fn export_to(collector: &str) -> anyhow::Result<SdkTracerProvider> {
    let endpoint = format!("{}{TRACES}", collector.trim_end_matches('/'));
    let exporter = SpanExporter::builder().with_http().with_protocol(Protocol::HttpBinary).with_endpoint(endpoint);
    let service = Resource::builder().with_service_name(SERVICE).build();
    Ok(SdkTracerProvider::builder().with_batch_exporter(exporter.build()?).with_resource(service).build())
}
