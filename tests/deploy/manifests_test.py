#!/usr/bin/env python3
"""Usage: manifests_test.py STANDINGS

Reads the Kubernetes manifests, the compose file and the Dockerfile, and checks that they fit together,
that they are locked down, and that STANDINGS accepts their configuration.
"""

import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
PROGRAM = None


def documents(folder):
    """All objects of a kustomization, in the order of its resources."""
    kustomization = yaml.safe_load((folder / "kustomization.yaml").read_text())
    out = []
    for name in kustomization["resources"]:
        path = folder / name
        if path.is_dir():
            out += documents(path.resolve())
        else:
            out += [d for d in yaml.safe_load_all(path.read_text()) if d]
    return out


def check(config, environment):
    """What `standings check` says about a configuration."""
    with tempfile.TemporaryDirectory() as scratch:
        file = pathlib.Path(scratch) / "standings.yaml"
        file.write_text(config)
        known = {k: v for k, v in os.environ.items()
                 if not re.match("STANDINGS_|REDIS_|POSTGRES_|DATABASE_URL", k)}
        resolved = {}
        for name, value in environment.items():
            if name.endswith("_FILE"):
                secret = pathlib.Path(scratch) / name
                secret.write_text("postgresql://127.0.0.1:1/none" if "URL" in name
                                  else "a-secret-of-sufficient-length")
                value = str(secret)
            resolved[name] = value
        return subprocess.run(
            [PROGRAM, "check", "--config", str(file), "--data-dir", scratch,
             "--set", "cache.host=127.0.0.1", "--set", "cache.port=1"],
            env={**known, **resolved}, capture_output=True, text=True, timeout=60)


class Kubernetes(unittest.TestCase):
    variants = ("sqlite", "postgres")

    def objects(self, variant):
        return documents(DEPLOY / "kubernetes" / variant)

    def workload(self, variant):
        found = [o for o in self.objects(variant) if o["kind"] in ("Deployment", "StatefulSet")]
        self.assertEqual(len(found), 1)
        return found[0]

    def pod(self, variant):
        return self.workload(variant)["spec"]["template"]["spec"]

    def of_kind(self, variant, kind):
        return [o for o in self.objects(variant) if o["kind"] == kind]

    def test_every_file_belongs_to_a_kustomization(self):
        for folder in (DEPLOY / "kubernetes").iterdir():
            listed = yaml.safe_load((folder / "kustomization.yaml").read_text())["resources"]
            for file in folder.glob("*.yaml"):
                if file.name != "kustomization.yaml" and ".example." not in file.name:
                    self.assertIn(file.name, listed)

    def test_everything_is_labelled_and_selected_alike(self):
        for variant in self.variants:
            name = {"app.kubernetes.io/name": "standings"}
            for o in self.objects(variant):
                self.assertEqual(o["metadata"]["labels"], name, o["kind"])
            work = self.workload(variant)
            self.assertEqual(work["spec"]["selector"]["matchLabels"], name)
            self.assertEqual(work["spec"]["template"]["metadata"]["labels"], name)
            self.assertEqual(self.of_kind(variant, "Service")[0]["spec"]["selector"], name)
            policy = self.of_kind(variant, "NetworkPolicy")[0]["spec"]
            self.assertEqual(policy["podSelector"]["matchLabels"], name)
            self.assertEqual(sorted(policy["policyTypes"]), ["Egress", "Ingress"])

    def test_pods_meet_the_restricted_standard(self):
        for variant in self.variants:
            pod = self.pod(variant)
            self.assertTrue(pod["securityContext"]["runAsNonRoot"])
            self.assertGreater(pod["securityContext"]["runAsUser"], 0)
            self.assertEqual(pod["securityContext"]["seccompProfile"]["type"], "RuntimeDefault")
            self.assertFalse(pod["automountServiceAccountToken"])
            for forbidden in ("hostNetwork", "hostPID", "hostIPC"):
                self.assertNotIn(forbidden, pod)
            for volume in pod["volumes"]:
                self.assertNotIn("hostPath", volume)
            for container in pod["containers"]:
                own = container["securityContext"]
                self.assertFalse(own["allowPrivilegeEscalation"])
                self.assertTrue(own["readOnlyRootFilesystem"])
                self.assertEqual(own["capabilities"], {"drop": ["ALL"]})
                self.assertIn("memory", container["resources"]["limits"])
                self.assertIn("cpu", container["resources"]["requests"])

    def test_probes_ask_what_they_mean(self):
        for variant in self.variants:
            container = self.pod(variant)["containers"][0]
            ports = [p["name"] for p in container["ports"]]
            for probe, path in (("startupProbe", "/healthz"), ("livenessProbe", "/healthz"),
                                ("readinessProbe", "/readyz")):
                self.assertEqual(container[probe]["httpGet"]["path"], path)
                self.assertIn(container[probe]["httpGet"]["port"], ports)
            service = self.of_kind(variant, "Service")[0]["spec"]["ports"][0]
            self.assertIn(service["targetPort"], ports)

    def test_a_sqlite_file_has_one_pod_and_a_volume(self):
        work = self.workload("sqlite")
        self.assertEqual((work["kind"], work["spec"]["replicas"]), ("StatefulSet", 1))
        self.assertEqual(work["spec"]["volumeClaimTemplates"][0]["metadata"]["name"], "data")
        self.assertEqual(self.of_kind("sqlite", "PodDisruptionBudget"), [])

    def test_several_pods_have_a_disruption_budget(self):
        work = self.workload("postgres")
        self.assertEqual(work["kind"], "Deployment")
        self.assertGreaterEqual(work["spec"]["replicas"], 2)
        budget = self.of_kind("postgres", "PodDisruptionBudget")[0]["spec"]
        self.assertEqual(budget["selector"], work["spec"]["selector"])
        self.assertEqual(budget["maxUnavailable"], 1)

    def test_mounted_secrets_are_in_the_example(self):
        example = yaml.safe_load((DEPLOY / "kubernetes/postgres/secret.example.yaml").read_text())
        for variant in self.variants:
            pod = self.pod(variant)
            volumes = {v["name"]: v for v in pod["volumes"]}
            volumes["data"] = {}
            container = pod["containers"][0]
            for mount in container["volumeMounts"]:
                self.assertIn(mount["name"], volumes)
            self.assertEqual(volumes["secrets"]["secret"]["secretName"], example["metadata"]["name"])
            for variable in container["env"]:
                self.assertTrue(variable["name"].endswith("_FILE"), "a secret in the manifest")
                self.assertIn(pathlib.Path(variable["value"]).name, example["stringData"])
        for value in example["stringData"].values():
            self.assertIn("REPLACE", value)

    def test_the_service_accepts_the_configuration(self):
        for variant in self.variants:
            config = self.of_kind(variant, "ConfigMap")[0]["data"]["standings.yaml"]
            environment = {e["name"]: e["value"] for e in self.pod(variant)["containers"][0]["env"]}
            done = check(config, environment)
            self.assertIn("config: ok", done.stdout, done.stderr)
            self.assertEqual(done.returncode, 0 if variant == "sqlite" else 1, done.stdout)


class Compose(unittest.TestCase):
    def setUp(self):
        self.file = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
        self.services = self.file["services"]

    def test_every_service_has_a_health_check_and_a_volume(self):
        for name, service in self.services.items():
            with self.subTest(name):
                self.assertIn("healthcheck", service)
                self.assertTrue(service["volumes"])
                self.assertEqual(service["restart"], "unless-stopped")
                for volume in service["volumes"]:
                    self.assertIn(volume.split(":")[0], self.file["volumes"])
                for network in service["networks"]:
                    self.assertIn(network, self.file["networks"])

    def test_secrets_are_files(self):
        for name, service in self.services.items():
            with self.subTest(name):
                for secret in service["secrets"]:
                    self.assertIn(secret, self.file["secrets"])
                text = yaml.safe_dump(service)
                for mentioned in re.findall(r"/run/secrets/(\w+)", text):
                    self.assertIn(mentioned, service["secrets"])
                self.assertFalse(re.search(r"(PASSWORD|TOKEN): ", text), "a secret in the environment")

    def test_redis_has_a_password(self):
        self.assertIn("requirepass", yaml.safe_dump(self.services["redis"]["command"]))
        self.assertIn("REDISCLI_AUTH", yaml.safe_dump(self.services["redis"]["healthcheck"]))

    def test_only_the_service_is_published_and_on_loopback(self):
        self.assertEqual(self.services["standings"]["ports"], ["127.0.0.1:8000:8000"])
        for name in ("postgres", "redis"):
            self.assertNotIn("ports", self.services[name])
        self.assertTrue(self.file["networks"]["stores"]["internal"])

    def test_the_script_makes_the_secrets_once(self):
        with tempfile.TemporaryDirectory() as scratch:
            script = DEPLOY / "make-secrets"
            subprocess.run([script, scratch], check=True, capture_output=True)
            made = {p.name: p.read_text() for p in pathlib.Path(scratch).iterdir()}
            self.assertEqual({f"secrets/{name}" for name in made},
                             {s["file"] for s in self.file["secrets"].values()})
            for text in made.values():
                self.assertRegex(text, "^[0-9a-f]{48}$")
            subprocess.run([script, scratch], check=True, capture_output=True)
            self.assertEqual(made, {p.name: p.read_text() for p in pathlib.Path(scratch).iterdir()})

    def test_the_service_accepts_its_environment(self):
        environment = dict(self.services["standings"]["environment"], POSTGRES_HOST="127.0.0.1",
                           POSTGRES_PORT="1", STANDINGS_HTTP_HOST="0.0.0.0")
        done = check("", environment)
        self.assertIn("config: ok", done.stdout, done.stderr)


class Image(unittest.TestCase):
    def setUp(self):
        self.lines = (DEPLOY / "Dockerfile").read_text()
        self.last = self.lines.split("\nFROM ")[-1]

    def test_runs_as_a_numbered_user_that_is_not_root(self):
        self.assertRegex(self.last, r"(?m)^USER [1-9]\d*:[1-9]\d*$")

    def test_says_what_it_needs(self):
        for instruction in ("EXPOSE 8000", "VOLUME /var/lib/standings", "HEALTHCHECK ",
                            'ENTRYPOINT ["standings"]', 'CMD ["serve"]'):
            self.assertIn("\n" + instruction, self.last)

    def test_has_the_user_of_the_manifests(self):
        user = re.search(r"(?m)^USER (\d+)", self.last).group(1)
        for variant in Kubernetes.variants:
            pod = Kubernetes().pod(variant)
            self.assertEqual(str(pod["securityContext"]["runAsUser"]), user)

    def test_leaves_out_builds_data_and_secrets(self):
        ignored = (ROOT / ".dockerignore").read_text().split("\n")
        for entry in (".git", "build*", "var", "deploy/secrets", "**/standings.db*"):
            self.assertIn(entry, ignored)

    def test_has_an_environment_that_the_service_accepts(self):
        block = re.search(r"(?ms)^ENV (.*?)$(?<!\\)", self.last).group(1)
        environment = dict(re.findall(r"(STANDINGS_\w+)=(\S+)", block))
        self.assertEqual(environment["STANDINGS_HTTP_HOST"], "0.0.0.0")
        self.assertEqual(check("", environment).returncode, 2, "a public address needs a token")
        done = check("", dict(environment, STANDINGS_ADMIN_TOKEN_FILE="x"))
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)


if __name__ == "__main__":
    PROGRAM = sys.argv.pop(1)
    unittest.main()
