package org.heratio.offsite.ledger.jdbc;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Vert.x of the ledger's own, for the JDBC client alone. The client runs statements on the default worker pool of its Vert.x and
 * nowhere else: callers that wait on that same pool would take the threads that their statements need; and the application's Vert.x
 * interrupts its workers when it closes, which breaks the files of an embedded database.
 */
final class DatabaseThreads implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DatabaseThreads.class);
    private static final long CLOSE_SECONDS = 10;

    private final Vertx vertx;
    private final Context context;

    DatabaseThreads(int connections) {
        vertx = Vertx.vertx(new VertxOptions()
                .setEventLoopPoolSize(1)
                .setWorkerPoolSize(connections)
                .setInternalBlockingPoolSize(connections)
                .setFileSystemOptions(
                        new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false)));
        context = vertx.getOrCreateContext();
    }

    /** Where pools are made and asked; each connection gets a context of its own from its pool. */
    Context context() {
        return context;
    }

    /** Idempotent; never throws. */
    @Override
    public void close() {
        boolean interrupted = Thread.interrupted();
        try {
            vertx.close().toCompletionStage().toCompletableFuture().get(CLOSE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            LOG.debug("the ledger's threads would not end", e);
        } catch (InterruptedException e) {
            interrupted = true;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
