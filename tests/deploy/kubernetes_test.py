"""The Kubernetes files: names agree, probes ask routes that the server has, settings are the server's; and what
Kustomize makes of the example, where it is installed."""

import base64
import functools
import pathlib
import shutil
import subprocess
import tempfile
import unittest

from deployed import (DEPLOY, LIVENESS, READINESS, effective, main, port_of, read, seconds, setting_of, unknown,
                      toml_names, yaml_documents)

FOLDER = DEPLOY / "kubernetes"
KUSTOMIZATIONS = sorted(path.relative_to(DEPLOY) for path in FOLDER.rglob("kustomization.yaml"))


def base(name):
    return yaml_documents(f"kubernetes/base/{name}.yaml")[0]


def literals(kustomization):
    """The variables that a kustomization generates."""
    pairs = [literal.split("=", 1) for one in kustomization.get("configMapGenerator", []) for literal in one["literals"]]
    return dict(pairs)


POD = base("deployment")["spec"]["template"]["spec"]
CONTAINER = POD["containers"][0]
SETTINGS = literals(base("kustomization"))
EXAMPLE = "kubernetes/overlays/example"


class Files(unittest.TestCase):
    def test_every_file_is_named_by_a_kustomization_and_exists(self):
        named = {FOLDER / "README.md"}
        for path in KUSTOMIZATIONS:
            here = (DEPLOY / path).parent
            named.add(DEPLOY / path)
            content = yaml_documents(path)[0]
            for entry in content.get("resources", []) + content.get("components", []):
                target = (here / entry).resolve()
                self.assertTrue(target.is_file() or (target / "kustomization.yaml").is_file(), f"{path}: {entry}")
                named.add(target)
            for one in content.get("secretGenerator", []):
                named.update((here / file.split("=", 1)[1]).resolve() for file in one["files"])
        left_out = {path for path in FOLDER.rglob("*") if path.is_file()} - named
        self.assertEqual(left_out, set())

    def test_every_file_is_yaml_of_a_known_kind(self):
        kinds = set()
        for path in FOLDER.rglob("*.yaml"):
            for document in yaml_documents(path):
                self.assertTrue(document["apiVersion"])
                kinds.add(document["kind"])
        self.assertEqual(kinds, {"Kustomization", "Component", "ServiceAccount", "Deployment", "Service", "Ingress",
                                 "PodDisruptionBudget", "NetworkPolicy", "HorizontalPodAutoscaler"})


class Pods(unittest.TestCase):
    def test_probes_ask_whether_it_is_alive_and_ready_on_the_port_of_clients(self):
        probed = {name: CONTAINER[f"{name}Probe"]["httpGet"] for name in ("startup", "liveness", "readiness")}
        self.assertEqual({name: one["path"] for name, one in probed.items()},
                         {"startup": LIVENESS, "liveness": LIVENESS, "readiness": READINESS})
        self.assertEqual({one["port"] for one in probed.values()}, {"http"})

    def test_the_ports_are_those_that_are_listened_on(self):
        ports = {one["name"]: one["containerPort"] for one in CONTAINER["ports"]}
        self.assertEqual(ports, {"http": port_of(SETTINGS["WHISPR_LISTEN"]), "admin": port_of(SETTINGS["WHISPR_ADMIN_LISTEN"]),
                                 "grpc": port_of(SETTINGS["WHISPR_GRPC"])})
        for variable in ("WHISPR_LISTEN", "WHISPR_ADMIN_LISTEN", "WHISPR_GRPC"):
            self.assertIn(f"{variable}={SETTINGS[variable]}", read("Dockerfile"))
        self.assertEqual([one["targetPort"] for one in base("service")["spec"]["ports"]], ["http", "grpc"])
        annotations = base("deployment")["spec"]["template"]["metadata"]["annotations"]
        self.assertEqual(int(annotations["prometheus.io/port"]), ports["admin"])
        allowed = [[port["port"] for port in one["ports"]] for one in base("networkpolicy")["spec"]["ingress"]]
        self.assertEqual(allowed, [["http", "grpc"], ["admin"]])

    def test_a_pod_is_given_the_time_that_the_server_takes(self):
        takes = seconds(SETTINGS["WHISPR_SHUTDOWN_DELAY"]) + seconds(SETTINGS["WHISPR_SHUTDOWN_GRACE"])
        self.assertGreaterEqual(POD["terminationGracePeriodSeconds"], takes + 10)
        probe = CONTAINER["readinessProbe"]
        self.assertGreater(seconds(SETTINGS["WHISPR_SHUTDOWN_DELAY"]), probe["periodSeconds"] * probe["failureThreshold"])

    def test_it_is_not_root_and_cannot_become_it(self):
        self.assertTrue(POD["securityContext"]["runAsNonRoot"])
        self.assertIn(f"USER {POD['securityContext']['runAsUser']}:{POD['securityContext']['runAsGroup']}", read("Dockerfile"))
        self.assertEqual(POD["securityContext"]["seccompProfile"]["type"], "RuntimeDefault")
        context = CONTAINER["securityContext"]
        self.assertTrue(context["readOnlyRootFilesystem"])
        self.assertFalse(context["allowPrivilegeEscalation"])
        self.assertEqual(context["capabilities"]["drop"], ["ALL"])
        self.assertFalse(POD["automountServiceAccountToken"])
        self.assertEqual(POD["serviceAccountName"], base("serviceaccount")["metadata"]["name"])

    def test_what_is_written_has_a_volume(self):
        volumes = {one["name"] for one in POD["volumes"]}
        mounts = {one["mountPath"]: one["name"] for one in CONTAINER["volumeMounts"]}
        self.assertEqual(set(mounts.values()), volumes)
        self.assertIn("WHISPR_DATA_DIR=/var/lib/whispr", read("Dockerfile"))
        self.assertIn("/var/lib/whispr", mounts)
        self.assertIn({"name": "WHISPR_CONFIG", "value": "/etc/whispr/whisprd.toml"}, CONTAINER["env"])
        self.assertIn("/etc/whispr", mounts)

    def test_there_is_more_than_one_and_they_are_kept_apart(self):
        spec = base("deployment")["spec"]
        self.assertGreaterEqual(spec["replicas"], 2)
        self.assertEqual(spec["strategy"]["rollingUpdate"]["maxUnavailable"], 0)
        self.assertTrue(POD["topologySpreadConstraints"])
        self.assertEqual(base("disruption")["spec"]["maxUnavailable"], 1)
        for kind in ("requests", "limits"):
            self.assertIn("memory", CONTAINER["resources"][kind])


class Settings(unittest.TestCase):
    def test_every_variable_is_a_setting(self):
        for path in KUSTOMIZATIONS:
            self.assertEqual(unknown(map(setting_of, literals(yaml_documents(path)[0]))), set(), path)

    def test_every_line_of_the_secret_is_a_setting(self):
        self.assertEqual(unknown(toml_names(read(f"{EXAMPLE}/secret.example.toml"))), set())


@functools.lru_cache
def rendered():
    command = next((words for words in (["kustomize", "build"], ["kubectl", "kustomize"]) if shutil.which(words[0])), None)
    if command is None:
        raise unittest.SkipTest("neither kustomize nor kubectl is installed, which put the Kubernetes files together")
    with tempfile.TemporaryDirectory() as folder:
        out = pathlib.Path(folder) / "all.yaml"
        out.write_text(subprocess.run([*command, str(DEPLOY / EXAMPLE)], check=True, capture_output=True, text=True).stdout)
        return {document["kind"]: document for document in yaml_documents(out)}


class PutTogether(unittest.TestCase):
    def test_all_parts_are_there_in_one_namespace(self):
        self.assertEqual(set(rendered()), {"ServiceAccount", "ConfigMap", "Secret", "Service", "Deployment", "Ingress",
                                           "PodDisruptionBudget", "NetworkPolicy", "HorizontalPodAutoscaler"})
        for kind, document in rendered().items():
            self.assertEqual(document["metadata"]["namespace"], "whispr", kind)

    def test_whatever_names_another_part_names_one_that_is_there(self):
        parts = rendered()
        name_of = {kind: document["metadata"]["name"] for kind, document in parts.items()}
        pod = parts["Deployment"]["spec"]["template"]
        container = pod["spec"]["containers"][0]
        self.assertEqual(container["envFrom"][0]["configMapRef"]["name"], name_of["ConfigMap"])
        self.assertEqual(pod["spec"]["volumes"][0]["secret"]["secretName"], name_of["Secret"])
        self.assertEqual(parts["HorizontalPodAutoscaler"]["spec"]["scaleTargetRef"]["name"], name_of["Deployment"])
        for path in parts["Ingress"]["spec"]["rules"][0]["http"]["paths"]:
            self.assertEqual(path["backend"]["service"]["name"], name_of["Service"])
        labels = pod["metadata"]["labels"].items()
        selectors = {"Service": parts["Service"]["spec"]["selector"]}
        for kind in ("PodDisruptionBudget", "Deployment"):
            selectors[kind] = parts[kind]["spec"]["selector"]["matchLabels"]
        selectors["NetworkPolicy"] = parts["NetworkPolicy"]["spec"]["podSelector"]["matchLabels"]
        for kind, selector in selectors.items():
            self.assertTrue(selector, kind)
            self.assertLessEqual(selector.items(), labels, kind)
        metrics = parts["NetworkPolicy"]["spec"]["ingress"][1]["from"][0]["podSelector"]["matchLabels"]
        self.assertEqual(metrics, {"app.kubernetes.io/name": "prometheus"})

    def test_the_number_of_pods_has_one_owner(self):
        self.assertNotIn("replicas", rendered()["Deployment"]["spec"])

    def test_the_server_accepts_the_settings(self):
        secret = base64.b64decode(rendered()["Secret"]["data"]["whisprd.toml"]).decode()
        with tempfile.NamedTemporaryFile("w", suffix=".toml") as config:
            config.write(secret)
            config.flush()
            result = effective(rendered()["ConfigMap"]["data"], config.name)
        self.assertTrue(result["store"].startswith("postgres://"))


if __name__ == "__main__":
    main()
