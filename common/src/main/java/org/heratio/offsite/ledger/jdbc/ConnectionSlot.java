package org.heratio.offsite.ledger.jdbc;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.jdbcclient.JDBCConnectOptions;
import io.vertx.jdbcclient.JDBCPool;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.SqlConnection;
import java.nio.file.Path;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * One connection, in a pool of its own that is thrown away when the connection is found dead: the JDBC client itself never does that.
 * Used by one thread at a time.
 */
final class ConnectionSlot {
    private final Context context;
    private final JDBCConnectOptions options;
    private final @Nullable Path embedded;
    private @Nullable Pool pool;
    private volatile boolean connected;

    /** @param embedded the directory of an embedded database, or null */
    ConnectionSlot(Context context, JDBCConnectOptions options, @Nullable Path embedded) {
        this.context = context;
        this.options = options;
        this.embedded = embedded;
    }

    /** @param statements counts those of the transaction */
    Tx begin(Dialect dialect, LongAdder statements) throws StatementException, InterruptedException {
        SqlConnection connection = connected ? connection() : connect();
        try {
            return new Tx(dialect, connection, Tx.await(connection.begin()), statements);
        } catch (StatementException | InterruptedException e) {
            connection.close();
            throw e;
        }
    }

    private SqlConnection connect() throws StatementException, InterruptedException {
        OpenLock turn = OpenLock.take(embedded);
        try {
            SqlConnection connection = connection();
            connected = true;
            return connection;
        } finally {
            turn.close();
        }
    }

    private SqlConnection connection() throws StatementException, InterruptedException {
        Promise<SqlConnection> opened = Promise.promise();
        // on the ledger's own context: on the caller's, the pool would be closed with the caller's verticle
        context.runOnContext(go -> pool(context.owner()).getConnection().onComplete(opened));
        try {
            return Tx.await(opened.future());
        } catch (StatementException | InterruptedException e) {
            // it may still come, when nobody waits for it any more
            opened.future().onSuccess(SqlConnection::close);
            throw e;
        }
    }

    /** Forgets the connection; the next transaction gets a new one. */
    Future<Void> discard() {
        connected = false;
        Promise<Void> closed = Promise.promise();
        context.runOnContext(go -> {
            if (pool == null) {
                closed.complete();
            } else {
                Pool dead = pool;
                pool = null;
                dead.close().onComplete(closed);
            }
        });
        return closed.future();
    }

    private Pool pool(Vertx vertx) {
        if (pool == null) {
            pool = JDBCPool.pool(vertx, options, new PoolOptions().setMaxSize(1));
        }
        return pool;
    }
}
