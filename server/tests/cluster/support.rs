//! A store for one test, and the cluster that it is in.

use std::{env, path::PathBuf, process::Command, time::Duration};

use app::model::{Content, Failure, Size, Step};
use server::{
    clock::Clock,
    config::StoreAccess,
    entropy::Entropy,
    provisioner::{
        Notes, ProvisionError, Provisioner as _, StepReport, StoreSpec,
        cluster::{Cluster, ClusterConfig},
    },
};
use tokio::{sync::mpsc, time::timeout};

/// How long a step or a deletion may take on a busy machine.
const DEADLINE: Duration = Duration::from_secs(180);

/// How long the kubelet may take to see that pods are ready which sell already: it asks every 1 or 2 s.
const SETTLE: Duration = Duration::from_secs(15);

/// The cluster that the tests are allowed to use.
#[derive(Clone)]
pub struct TestCluster {
    pub kubeconfig: PathBuf,
    pub context: String,
    pub image: String,
}

/// The cluster, or a word on why the test named `test` is skipped.
pub fn cluster(test: &str) -> Option<TestCluster> {
    let setting = |name: &str| env::var(name).ok().filter(|value| !value.is_empty());
    let names = ["URUMI_TEST_KUBECONFIG", "URUMI_TEST_CONTEXT", "URUMI_TEST_IMAGE"];
    if let [Some(kubeconfig), Some(context), Some(image)] = names.map(setting) {
        return Some(TestCluster { kubeconfig: kubeconfig.into(), context, image });
    }
    let missing: Vec<_> = names.into_iter().filter(|name| setting(name).is_none()).collect();
    let missing = missing.join(", ");
    assert!(setting("URUMI_TEST_CLUSTER_REQUIRED").is_none(), "{test} needs a cluster: {missing} not set");
    eprintln!("SKIPPED {test}: no cluster ({missing} not set)");
    None
}

impl TestCluster {
    /// Settings that work.
    pub fn config(&self) -> ClusterConfig {
        let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..");
        ClusterConfig {
            kubeconfig: Some(self.kubeconfig.clone()),
            context: Some(self.context.clone()),
            chart: root.join("chart/store"),
            chart_values: vec![root.join("chart/store/values-local.yaml")],
            image: self.image.clone(),
            access: StoreAccess::Direct,
            volume_limit: 100,
            helm: env::var_os("URUMI_HELM").map_or_else(|| "helm".into(), PathBuf::from),
        }
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut kubectl = Command::new("kubectl");
        kubectl.arg("--kubeconfig").arg(&self.kubeconfig).args(["--context", &self.context]).args(arguments);
        kubectl
    }

    /// Runs kubectl and gives what it prints.
    pub fn kubectl(&self, arguments: &[&str]) -> String {
        let output = self.command(arguments).output().expect("kubectl runs");
        assert!(output.status.success(), "kubectl {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("text")
    }
}

/// One store with its provisioner. Dropped in a failing test, it asks kubectl to remove the namespace.
pub struct TestStore {
    pub cluster: TestCluster,
    pub provisioner: Cluster,
    pub spec: StoreSpec,
    notes: Notes,
    told: mpsc::UnboundedReceiver<String>,
}

impl TestStore {
    pub fn new(cluster: &TestCluster) -> Self {
        Self::with(cluster, cluster.config())
    }

    pub fn with(cluster: &TestCluster, config: ClusterConfig) -> Self {
        let entropy = Entropy::from_os();
        let id = entropy.store_id();
        let url = format!("http://{}.localhost:3000", id.namespace());
        let spec = StoreSpec {
            id,
            name: "Čaj & \"Káva\" <3".parse().expect("a name"),
            first_url: url.clone(),
            domain: None,
            url,
            size: Size::Small,
            content: Content::Demo,
            is_spare: false,
        };
        let (notes, told) = mpsc::unbounded_channel();
        let provisioner = Cluster::new(config, Clock::system(), entropy);
        Self { cluster: cluster.clone(), provisioner, spec, notes, told }
    }

    /// The same store, seen by a server with other settings.
    pub fn reconfigured(mut self, config: ClusterConfig) -> Self {
        self.provisioner = Cluster::new(config, Clock::system(), Entropy::from_os());
        self
    }

    pub async fn run(&self, step: Step) -> Result<StepReport, ProvisionError> {
        let begun = std::time::Instant::now();
        let run = self.provisioner.run_step(step, &self.spec, &self.notes);
        let result = timeout(DEADLINE, run).await.expect("a step ends before its deadline");
        eprintln!("{} {step} {:.2} s: {result:?}", self.spec.id, begun.elapsed().as_secs_f64());
        result
    }

    /// Waits until the kubelet, too, has seen that the pods are ready. A store sells before that.
    pub async fn settle(&self) {
        let ready = async {
            loop {
                let pods = self.provisioner.pods(&self.spec.id).await.expect("asked").pods;
                if !pods.is_empty() && pods.iter().all(|pod| pod.healthy) {
                    return;
                }
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        };
        timeout(SETTLE, ready).await.expect("the pods are ready soon after the store sold");
    }

    /// Runs steps that must succeed.
    pub async fn run_all(&self, steps: &[Step]) -> Vec<StepReport> {
        let mut reports = Vec::new();
        for step in steps {
            reports.push(self.run(*step).await.unwrap_or_else(|error| panic!("{step}: {error}: {error:?}")));
        }
        reports
    }

    /// Runs a step that must fail for good.
    pub async fn fail(&self, step: Step) -> Failure {
        match self.run(step).await {
            Err(ProvisionError::Failed(failure)) => *failure,
            other => panic!("{step} should have failed for good: {other:?}"),
        }
    }

    /// Removes the store; the summary and what was told meanwhile.
    pub async fn delete(&mut self) -> (String, Vec<String>) {
        while self.told.try_recv().is_ok() {}
        let begun = std::time::Instant::now();
        let delete = self.provisioner.delete(&self.spec, &self.notes);
        let summary = timeout(DEADLINE, delete).await.expect("a deletion ends before its deadline").expect("deleted");
        let mut told = Vec::new();
        while let Ok(note) = self.told.try_recv() {
            told.push(note);
        }
        eprintln!("{} delete {:.2} s: {summary}; {told:?}", self.spec.id, begun.elapsed().as_secs_f64());
        (summary, told)
    }

    /// Removes a store whose removal must fail.
    pub async fn fail_to_delete(&mut self) -> (Failure, Vec<String>) {
        while self.told.try_recv().is_ok() {}
        let delete = self.provisioner.delete(&self.spec, &self.notes);
        let failure = match timeout(DEADLINE, delete).await.expect("a deletion ends before its deadline") {
            Err(ProvisionError::Failed(failure)) => *failure,
            other => panic!("the deletion should have failed for good: {other:?}"),
        };
        let mut told = Vec::new();
        while let Ok(note) = self.told.try_recv() {
            told.push(note);
        }
        (failure, told)
    }

    /// What kubectl still finds of the store: its namespace and persistent volumes that were claimed from it.
    pub fn remains(&self) -> Vec<String> {
        let namespace = self.spec.id.namespace();
        let namespaces = self.cluster.kubectl(&["get", "namespaces", "--output=name"]);
        let claims = "jsonpath={range .items[*]}{.spec.claimRef.namespace} {.metadata.name}{'\\n'}{end}";
        let volumes = self.cluster.kubectl(&["get", "persistentvolumes", "--output", claims]);
        namespaces.lines().chain(volumes.lines()).filter(|line| line.contains(&namespace)).map(String::from).collect()
    }
}

impl Drop for TestStore {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let namespace = self.spec.id.namespace();
            // A second panic here would hide the first; what kubectl has to say goes to the test's output.
            let arguments = ["delete", "namespace", &namespace, "--wait=false", "--ignore-not-found"];
            eprintln!("{namespace} removed after a failure: {:?}", self.cluster.command(&arguments).status());
        }
    }
}
