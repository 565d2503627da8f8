package org.heratio.offsite.destination.sftp;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.sshd.server.Environment;
import org.apache.sshd.server.ExitCallback;
import org.apache.sshd.server.channel.ChannelSession;
import org.apache.sshd.server.command.Command;
import org.apache.sshd.server.subsystem.SubsystemFactory;
import org.apache.sshd.sftp.common.SftpConstants;

/** Speaks SFTP with one client, and says what a test wants: for what no healthy server says. */
final class ScriptedSftp implements Command {
    private static final int SIZE_AND_MODE =
            SftpConstants.SSH_FILEXFER_ATTR_SIZE | SftpConstants.SSH_FILEXFER_ATTR_PERMISSIONS;
    private static final int FILE = 0100644;
    private static final int DIRECTORY = 0040755;

    private final Script script;
    private final Map<String, Boolean> listed = new HashMap<>();
    private InputStream in;
    private OutputStream out;
    private ExitCallback exit;

    /** What is there: a name that ends in {@code .gz} is a file, and any other a directory. */
    interface Script {
        /** Returns the size of each file. */
        default long size() {
            return 5;
        }

        /** Returns the bytes that answer a read; null for the end of the file. */
        default byte[] data(long offset, int length) {
            return null;
        }

        /** Returns the names in a directory. */
        default List<String> names(String directory) {
            return List.of();
        }
    }

    private ScriptedSftp(Script script) {
        this.script = script;
    }

    static SubsystemFactory factory(Script script) {
        return new SubsystemFactory() {
            @Override
            public String getName() {
                return SftpConstants.SFTP_SUBSYSTEM_NAME;
            }

            @Override
            public Command createSubsystem(ChannelSession channel) {
                return new ScriptedSftp(script);
            }
        };
    }

    @Override
    public void setInputStream(InputStream stream) {
        in = stream;
    }

    @Override
    public void setOutputStream(OutputStream stream) {
        out = stream;
    }

    @Override
    public void setErrorStream(OutputStream stream) {}

    @Override
    public void setExitCallback(ExitCallback callback) {
        exit = callback;
    }

    @Override
    public void start(ChannelSession channel, Environment environment) {
        Thread thread = new Thread(this::talk, "scripted-sftp");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void destroy(ChannelSession channel) {}

    private void talk() {
        try (DataInputStream requests = new DataInputStream(in)) {
            while (true) {
                byte[] packet = new byte[requests.readInt()];
                requests.readFully(packet);
                answer(new DataInputStream(new java.io.ByteArrayInputStream(packet)));
            }
        } catch (IOException e) {
            exit.onExit(0); // the client is gone
        }
    }

    private void answer(DataInputStream request) throws IOException {
        int type = request.readUnsignedByte();
        int id = request.readInt();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream answer = new DataOutputStream(bytes);
        if (type == SftpConstants.SSH_FXP_INIT) {
            answer.writeByte(SftpConstants.SSH_FXP_VERSION);
            answer.writeInt(SftpConstants.SFTP_V3);
        } else {
            answer(type, id, text(request), request, answer);
        }
        DataOutputStream packet = new DataOutputStream(out);
        packet.writeInt(bytes.size());
        bytes.writeTo(packet);
        packet.flush();
    }

    /** @param name the path, or the handle, which is the path */
    private void answer(int type, int id, String name, DataInputStream request, DataOutputStream answer)
            throws IOException {
        switch (type) {
            case SftpConstants.SSH_FXP_REALPATH -> names(id, List.of(name), answer);
            case SftpConstants.SSH_FXP_LSTAT, SftpConstants.SSH_FXP_STAT, SftpConstants.SSH_FXP_FSTAT -> {
                begin(SftpConstants.SSH_FXP_ATTRS, id, answer);
                attributes(name, answer);
            }
            case SftpConstants.SSH_FXP_OPEN, SftpConstants.SSH_FXP_OPENDIR -> {
                begin(SftpConstants.SSH_FXP_HANDLE, id, answer);
                text(name, answer);
                listed.remove(name);
            }
            case SftpConstants.SSH_FXP_READDIR -> {
                if (listed.put(name, true) == null) {
                    names(id, script.names(name), answer);
                } else {
                    status(SftpConstants.SSH_FX_EOF, id, answer);
                }
            }
            case SftpConstants.SSH_FXP_READ -> {
                byte[] data = script.data(request.readLong(), request.readInt());
                if (data == null) {
                    status(SftpConstants.SSH_FX_EOF, id, answer);
                } else {
                    begin(SftpConstants.SSH_FXP_DATA, id, answer);
                    answer.writeInt(data.length);
                    answer.write(data);
                }
            }
            default -> status(SftpConstants.SSH_FX_OK, id, answer);
        }
    }

    private static void begin(int type, int id, DataOutputStream answer) throws IOException {
        answer.writeByte(type);
        answer.writeInt(id);
    }

    private static void status(int status, int id, DataOutputStream answer) throws IOException {
        begin(SftpConstants.SSH_FXP_STATUS, id, answer);
        answer.writeInt(status);
        text("", answer);
        text("", answer);
    }

    private void names(int id, List<String> names, DataOutputStream answer) throws IOException {
        begin(SftpConstants.SSH_FXP_NAME, id, answer);
        answer.writeInt(names.size());
        for (String name : names) {
            text(name, answer);
            text(name, answer);
            attributes(name, answer);
        }
    }

    private void attributes(String name, DataOutputStream answer) throws IOException {
        boolean file = name.endsWith(".gz") || name.endsWith(".heratio-offsite");
        answer.writeInt(SIZE_AND_MODE);
        answer.writeLong(file ? script.size() : 4096);
        answer.writeInt(file ? FILE : DIRECTORY);
    }

    private static void text(String text, DataOutputStream answer) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        answer.writeInt(bytes.length);
        answer.write(bytes);
    }

    private static String text(DataInputStream request) throws IOException {
        byte[] bytes = new byte[request.readInt()];
        request.readFully(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
