package org.heratio.offsite.encryptor;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.heratio.offsite.destination.Capabilities;
import org.heratio.offsite.destination.Destination;
import org.heratio.offsite.destination.Installation;
import org.heratio.offsite.destination.Occupant;
import org.heratio.offsite.destination.PutRequest;
import org.heratio.offsite.destination.Stored;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;

/** Copies in memory, for a repair to fetch. */
final class MemoryDestination implements Destination {
    final Map<String, byte[]> copies = new HashMap<>();
    boolean unreachable;

    private final String driver;

    MemoryDestination(String driver) {
        this.driver = driver;
    }

    @Override
    public String driver() {
        return driver;
    }

    @Override
    public Capabilities capabilities() {
        return new Capabilities(255, true);
    }

    @Override
    public String remotePath(String name) {
        return "/" + driver + "/" + name;
    }

    @Override
    public String nameOf(String remotePath) {
        if (!remotePath.startsWith("/" + driver + "/")) {
            throw new IllegalArgumentException(remotePath + " is not one of " + driver);
        }
        return remotePath.substring(driver.length() + 2);
    }

    @Override
    public Stored put(PutRequest request) throws FailureException {
        try {
            copies.put(request.name(), Files.readAllBytes(request.file()));
            return new Stored(request.name(), request.size(), request.sha256());
        } catch (IOException e) {
            throw new FailureException(ErrorCode.DESTINATION_IO, "put failed", null, e);
        }
    }

    @Override
    public InputStream open(String name, long offset) throws FailureException {
        probe();
        byte[] copy = copies.get(name);
        if (copy == null) {
            throw new FailureException(ErrorCode.COPY_MISSING, name + " is not there");
        }
        return new ByteArrayInputStream(copy, (int) offset, copy.length - (int) offset);
    }

    @Override
    public Optional<Occupant> look(String name) {
        return Optional.ofNullable(copies.get(name))
                .map(copy -> new Occupant(new Stored(name, copy.length, null), null));
    }

    @Override
    public boolean announce(Installation self) {
        return true;
    }

    @Override
    public List<Installation> installations() {
        return List.of();
    }

    @Override
    public void list(Consumer<Stored> consumer) {
        copies.forEach((name, copy) -> consumer.accept(new Stored(name, copy.length, null)));
    }

    @Override
    public void delete(String name) {
        copies.remove(name);
    }

    @Override
    public void removeAbandoned(String owner, Keep keep) {}

    @Override
    public void probe() throws FailureException {
        if (unreachable) {
            throw new FailureException(ErrorCode.DESTINATION_UNREACHABLE, driver + " does not answer");
        }
    }

    @Override
    public void close() {}
}
