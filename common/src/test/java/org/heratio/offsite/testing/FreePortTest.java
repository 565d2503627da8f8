package org.heratio.offsite.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.net.BindException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;

class FreePortTest {
    @Test
    void isForAServerAtTheLoopbackAndForNobodyElse() throws Exception {
        assumeThat(FreePort.lowestOfTheKernel()).as("needs Linux").isPositive();
        int port = ServerProcess.freePort();
        assertThat(port).isBetween(15_000, FreePort.lowestOfTheKernel() - 1);
        new ServerSocket(port, 1, InetAddress.getByAddress(new byte[] {127, 0, 0, 1})).close();
        // how another JVM notices that it is taken, before and after the server runs
        assertThatThrownBy(() -> new DatagramSocket(port, InetAddress.getByAddress(new byte[] {127, 0, 0, 1})))
                .isInstanceOf(BindException.class);
    }
}
