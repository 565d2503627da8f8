package org.heratio.offsite.testing;

import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.exception.ConflictException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;

/** A server in a container of Testcontainers. Its ports lie at the loopback of this host, where they stay after a kill. */
public final class ServerContainer implements ServerHost {
    private static final Duration BOOT = Duration.ofMinutes(3);

    private final GenericContainer<?> container;

    /**
     * @param container not started yet
     * @param ports from the ports at the loopback to those in the container
     */
    public ServerContainer(GenericContainer<?> container, Map<Integer, Integer> ports) {
        this.container = container;
        List<String> bindings = new ArrayList<>();
        ports.forEach((outside, inside) -> bindings.add("127.0.0.1:" + outside + ":" + inside));
        container.setPortBindings(bindings);
    }

    /**
     * Whether servers of tests run in containers: where a Docker engine answers, unless {@code OFFSITE_TEST_SERVERS} says {@code docker} or
     * {@code native}.
     */
    public static boolean wanted() {
        String asked = System.getenv("OFFSITE_TEST_SERVERS");
        if (asked == null || asked.isEmpty()) {
            return DockerClientFactory.instance().isDockerAvailable();
        }
        if (!asked.equals("docker") && !asked.equals("native")) {
            throw new IllegalStateException("OFFSITE_TEST_SERVERS is '" + asked + "': docker or native");
        }
        return asked.equals("docker");
    }

    @Override
    public void start(Callable<Boolean> ready) {
        if (container.getContainerId() == null) {
            container.start();
        } else {
            client().startContainerCmd(container.getContainerId()).exec();
        }
        await().atMost(BOOT).pollInterval(Duration.ofMillis(100)).until(() -> {
            if (!running()) {
                throw new IllegalStateException(container.getDockerImageName() + " ended: " + container.getLogs());
            }
            return ready.call();
        });
    }

    @Override
    public void kill() {
        try {
            client().killContainerCmd(container.getContainerId()).exec();
        } catch (ConflictException e) {
            // it does not run
        }
        await().atMost(Duration.ofSeconds(60)).until(() -> !running());
    }

    @Override
    public void remove() {
        container.stop();
    }

    private boolean running() {
        InspectContainerResponse now =
                client().inspectContainerCmd(container.getContainerId()).exec();
        return Boolean.TRUE.equals(now.getState().getRunning());
    }

    private static DockerClient client() {
        return DockerClientFactory.lazyClient();
    }
}
