package org.heratio.offsite.app.deploy;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The keys of the Compose Specification, where docker-compose.yml has any: an engine passes over no misspelt one, and tests must not either. */
final class ComposeSchema {
    private static final Set<String> TOP =
            Set.of("name", "include", "services", "models", "networks", "volumes", "secrets", "configs");
    private static final Set<String> SERVICE = words("""
        annotations attach blkio_config build cap_add cap_drop cgroup cgroup_parent command configs container_name cpu_count
        cpu_percent cpu_period cpu_quota cpu_rt_period cpu_rt_runtime cpu_shares cpus cpuset credential_spec depends_on deploy
        develop device_cgroup_rules devices dns dns_opt dns_search domainname entrypoint env_file environment expose extends
        external_links extra_hosts gpus group_add healthcheck hostname image init ipc isolation label_file labels links logging
        mac_address mem_limit mem_reservation mem_swappiness memswap_limit models network_mode networks oom_kill_disable
        oom_score_adj pid pids_limit platform ports post_start pre_stop privileged profiles provider pull_policy
        pull_refresh_after read_only restart runtime scale secrets security_opt shm_size stdin_open stop_grace_period
        stop_signal storage_opt sysctls tmpfs tty ulimits use_api_socket user userns_mode uts volumes volumes_from working_dir\
        """);
    private static final Set<String> HEALTH_CHECK =
            words("disable interval retries start_interval start_period test timeout");
    private static final Set<String> DEPLOY = words(
            "endpoint_mode labels mode placement replicas resources restart_policy rollback_config update_config");
    private static final Set<String> DEPENDENCY = words("condition required restart");
    private static final Set<String> CONDITIONS =
            words("service_started service_healthy service_completed_successfully");
    private static final Set<String> NETWORK =
            words("attachable driver driver_opts enable_ipv4 enable_ipv6 external internal ipam labels name");
    private static final Set<String> VOLUME = words("driver driver_opts external labels name");
    private static final Set<String> SECRET = words("environment external file labels name");

    private final Map<String, Object> compose;
    private final List<String> problems = new ArrayList<>();

    private ComposeSchema(Map<String, Object> compose) {
        this.compose = compose;
    }

    /** What is not as the specification has it; empty when all is well. */
    static List<String> problems(Map<String, Object> compose) {
        ComposeSchema schema = new ComposeSchema(compose);
        schema.keys("the file", compose, TOP);
        schema.part("networks").forEach((name, value) -> schema.keys("network " + name, value, NETWORK));
        schema.part("volumes").forEach((name, value) -> schema.keys("volume " + name, value, VOLUME));
        schema.part("secrets").forEach((name, value) -> schema.keys("secret " + name, value, SECRET));
        schema.part("services").forEach((name, value) -> schema.service("service " + name, value));
        return schema.problems;
    }

    private void service(String where, Object value) {
        keys(where, value, SERVICE);
        Map<String, Object> service = map(value);
        keys(where + ".healthcheck", service.get("healthcheck"), HEALTH_CHECK);
        keys(where + ".deploy", service.get("deploy"), DEPLOY);
        Object dependencies = service.get("depends_on");
        names(where + ".depends_on", dependencies, part("services").keySet());
        map(dependencies).forEach((on, how) -> {
            keys(where + ".depends_on." + on, how, DEPENDENCY);
            if (!CONDITIONS.contains(String.valueOf(map(how).get("condition")))) {
                problems.add(where + ".depends_on." + on + " has no condition that there is");
            }
        });
        names(where + ".secrets", service.get("secrets"), part("secrets").keySet());
        if (service.get("volumes") instanceof Collection<?> mounts) {
            names(
                    where + ".volumes",
                    mounts.stream()
                            .map(mount -> String.valueOf(mount).replaceFirst(":/.*", ""))
                            .filter(source -> source.matches("[A-Za-z0-9_-]+"))
                            .toList(),
                    part("volumes").keySet());
        }
    }

    private void keys(String where, Object value, Set<String> known) {
        for (String key : map(value).keySet()) {
            if (!known.contains(key) && !key.startsWith("x-")) {
                problems.add(where + " has " + key + ", which the Compose Specification does not know");
            }
        }
    }

    private void names(String where, Object value, Set<String> known) {
        Collection<?> names =
                value instanceof Collection<?> list ? list : map(value).keySet();
        for (Object name : names) {
            if (!known.contains(String.valueOf(name))) {
                problems.add(where + " names " + name + ", which is not in the file");
            }
        }
    }

    private Map<String, Object> part(String name) {
        return map(compose.get(name));
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> map(Object value) {
        return value instanceof Map<?, ?> map ? (Map<String, Object>) map : Map.of();
    }

    private static Set<String> words(String text) {
        return Set.of(text.strip().split("\\s+"));
    }
}
