package org.heratio.offsite.destination.rsync;

import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Gives tests the one {@link SshServer} of the run. Before each test its account may run anything again, whatever the one before forced. */
public final class SharedSsh implements ParameterResolver, BeforeEachCallback {
    private static final ExtensionContext.Namespace SHARED = ExtensionContext.Namespace.create(SharedSsh.class);

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == SshServer.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return server(context);
    }

    @Override
    public void beforeEach(ExtensionContext context) throws Exception {
        server(context).lift();
    }

    private static SshServer server(ExtensionContext context) {
        return context.getRoot().getStore(SHARED).computeIfAbsent(SshServer.class, key -> started(), SshServer.class);
    }

    private static SshServer started() {
        try {
            return SshServer.start();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
