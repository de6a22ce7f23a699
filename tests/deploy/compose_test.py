"""compose.yaml: every name is defined, the settings are the server's, and the numbers agree with the other files."""

import os
import pathlib
import re
import stat
import subprocess
import tempfile
import unittest

from deployed import (DEPLOY, SOURCE, effective, main, port_of, read, seconds, setting_of, settings, unknown,
                      toml_names, yaml_documents)

COMPOSE = yaml_documents("compose.yaml")[0]
SERVICES = COMPOSE["services"]
NODES = {name: one for name, one in SERVICES.items() if name.startswith("whisprd-")}


def interpolated(value):
    """What compose makes of ${NAME:-default} and ${NAME:?reason} when only what must be given is given."""
    value = re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", str(value))
    return re.sub(r"\$\{(\w+):\?[^}]*\}", "https://id.example/jwks.json", value)


def secret_names(service):
    return [one if isinstance(one, str) else one["source"] for one in service.get("secrets", [])]


def made_secrets(folder):
    subprocess.run([DEPLOY / "make-secrets", folder], check=True, capture_output=True)
    return {path.name: path.read_text() for path in folder.iterdir()}


class Names(unittest.TestCase):
    def test_two_servers_and_what_they_need_are_there(self):
        self.assertEqual(set(SERVICES), {"whisprd-1", "whisprd-2", "haproxy", "postgres", "redis"})
        self.assertTrue(SERVICES["postgres"]["image"].startswith("postgres:15"))
        self.assertTrue(SERVICES["redis"]["image"].startswith("redis:7"))

    def test_what_a_service_waits_for_is_there_and_has_a_health_check(self):
        image_has_one = "HEALTHCHECK" in read("Dockerfile")
        for name, service in SERVICES.items():
            for other, how in service.get("depends_on", {}).items():
                self.assertIn(other, SERVICES, name)
                self.assertEqual(how["condition"], "service_healthy")
                built = "build" in SERVICES[other] and image_has_one
                self.assertTrue("healthcheck" in SERVICES[other] or built, other)

    def test_volumes_networks_and_secrets_are_defined_and_used(self):
        used = {"volumes": set(), "networks": set(), "secrets": set()}
        for service in SERVICES.values():
            for volume in service.get("volumes", []):
                source = volume.split(":")[0]
                if source.startswith("."):
                    self.assertTrue((DEPLOY / source).is_file(), source)
                else:
                    used["volumes"].add(source)
            used["networks"].update(service["networks"])
            used["secrets"].update(secret_names(service))
        for kind, names in used.items():
            self.assertEqual(names, set(COMPOSE[kind]), kind)

    def test_the_image_is_built_from_files_that_are_there(self):
        for service in NODES.values():
            context = (DEPLOY / service["build"]["context"]).resolve()
            self.assertEqual(context, SOURCE.resolve())
            self.assertTrue((context / service["build"]["dockerfile"]).is_file())


class Settings(unittest.TestCase):
    def test_every_variable_is_a_setting(self):
        for service in NODES.values():
            self.assertEqual(unknown(map(setting_of, service["environment"])), set())

    def test_the_server_accepts_them_with_the_secrets_that_are_made(self):
        with tempfile.TemporaryDirectory() as folder:
            made = pathlib.Path(folder) / "secrets"
            contents, again = made_secrets(made), made_secrets(made)
            self.assertEqual(contents, again, "the second run changes nothing")
            self.assertEqual({pathlib.Path(one["file"]).name for one in COMPOSE["secrets"].values()}, set(contents))
            self.assertEqual(stat.S_IMODE(os.stat(made).st_mode), 0o700)
            self.assertEqual(unknown(toml_names(contents["whisprd.toml"])), set())
            password = contents["postgres_password"]
            self.assertIn(f"postgres://whispr:{password}@postgres:5432/whispr", contents["whisprd.toml"])
            self.assertIn(contents["redis.conf"].split()[1], contents["whisprd.toml"])
            config = made / "whisprd.toml"
            for service in NODES.values():
                result = effective({name: interpolated(value) for name, value in service["environment"].items()}, config)
                self.assertTrue(result["store"].startswith("postgres://"), result["store"])
                self.assertEqual(result["listen"], service["environment"]["WHISPR_LISTEN"])
                self.assertEqual(result["grpc"], service["environment"]["WHISPR_GRPC"])

    def test_no_secret_is_written_into_the_file(self):
        for name, service in SERVICES.items():
            for variable, value in service.get("environment", {}).items():
                if re.search("PASSWORD|SECRET|TOKEN|STORE|REDIS", variable):
                    self.assertTrue(str(value).startswith("/run/secrets/"), f"{name}: {variable}")

    def test_files_are_where_the_secrets_are_mounted(self):
        for name, service in SERVICES.items():
            targets = {one if isinstance(one, str) else one["target"] for one in service.get("secrets", [])}
            said = str(service.get("environment", {})) + str(service.get("command", "")) + str(service.get("healthcheck", ""))
            for named in re.findall(r"/run/secrets/([\w.]+)", said):
                self.assertIn(named, targets, name)

    def test_connections_to_the_database_suffice(self):
        allowed = int(re.search(r"max_connections=(\d+)", str(SERVICES["postgres"]["command"])).group(1))
        of_one = int(settings()["lanes"]) + 8 + 2
        self.assertGreaterEqual(allowed - 10, of_one * len(NODES))


class Stopping(unittest.TestCase):
    def test_a_container_is_given_the_time_that_the_server_takes(self):
        for service in NODES.values():
            variables = service["environment"]
            takes = seconds(variables["WHISPR_SHUTDOWN_DELAY"]) + seconds(variables["WHISPR_SHUTDOWN_GRACE"])
            self.assertGreaterEqual(seconds(service["stop_grace_period"]), takes + 10)

    def test_the_balancer_sees_it_before_the_server_ends(self):
        inter, fall = re.search(r"inter (\d+\w*) fall (\d+)", read("haproxy.cfg")).groups()
        for service in NODES.values():
            delay = seconds(service["environment"]["WHISPR_SHUTDOWN_DELAY"])
            self.assertGreater(delay, seconds(inter) * (int(fall) + 1))

    def test_the_balancer_is_given_the_time_that_it_takes(self):
        takes = seconds(re.search(r"hard-stop-after (\w+)", read("haproxy.cfg")).group(1))
        self.assertGreater(seconds(SERVICES["haproxy"]["stop_grace_period"]), takes)


class Ports(unittest.TestCase):
    def test_servers_of_the_balancers_are_the_services_and_their_port(self):
        for file in ("haproxy.cfg", "nginx.conf"):
            servers = dict(re.findall(r"^ +server (?:\S+ )?(whisprd-\d+):(\d+)", read(file), re.MULTILINE))
            self.assertEqual(set(servers), set(NODES), file)
            for name, port in servers.items():
                self.assertEqual(int(port), port_of(NODES[name]["environment"]["WHISPR_LISTEN"]), file)

    def test_the_published_port_is_the_one_that_is_listened_on(self):
        published = port_of(SERVICES["haproxy"]["ports"][0])
        self.assertEqual(published, int(re.search(r"^ +bind :(\d+)", read("haproxy.cfg"), re.MULTILINE).group(1)))
        self.assertEqual(published, int(re.search(r"^ +listen (\d+);", read("nginx.conf"), re.MULTILINE).group(1)))
        self.assertIn(f":{published}/live", str(SERVICES["haproxy"]["healthcheck"]))

    def test_only_the_balancer_is_reached_from_outside(self):
        self.assertEqual([name for name, one in SERVICES.items() if "ports" in one], ["haproxy"])


class Limits(unittest.TestCase):
    def test_there_are_descriptors_for_every_connection(self):
        both_sides = 2 * int(re.search(r"maxconn (\d+)", read("haproxy.cfg")).group(1))
        self.assertGreater(SERVICES["haproxy"]["ulimits"]["nofile"], both_sides + 1000)
        for service in NODES.values():
            self.assertGreater(service["ulimits"]["nofile"], int(settings()["max_connections"]) + 1000)

    def test_the_balancers_agree_with_the_server(self):
        size = settings()["max_body_size"]
        self.assertIn(f"client_max_body_size {size};", read("nginx.conf"))
        rate = settings()["handshakes_per_second"]
        self.assertIn(f"sc_http_req_rate(0) gt {rate}", read("haproxy.cfg"))
        self.assertIn(f"rate={rate}r/s", read("nginx.conf"))
        idle = seconds(settings()["idle_timeout"])
        for said in re.findall(r"(?:timeout tunnel|proxy_read_timeout) (1h)", read("haproxy.cfg") + read("nginx.conf")):
            self.assertGreater(seconds(said), idle)


if __name__ == "__main__":
    main()
