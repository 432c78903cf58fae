package lethe.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Memory of this process and those it has started, the engine's share included, as the operating system counts it. */
final class Memory {
    private static final Pattern PEAK = Pattern.compile("VmHWM:\\s*([0-9]+) kB");
    /** Finding one's children means looking at every process of the machine. */
    private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(5);

    private long most;
    private long lookedNanos = System.nanoTime() - PAUSE_NANOS;

    /**
     * The most bytes ever seen: of all present processes together, each with the most that was ever resident at once; 0
     * where the system does not tell.
     */
    synchronized long peakBytes() {
        long now = System.nanoTime();
        if (now - lookedNanos >= PAUSE_NANOS) {
            lookedNanos = now;
            ProcessHandle self = ProcessHandle.current();
            long present = Stream.concat(Stream.of(self), self.children())
                    .mapToLong(process -> peakBytes(process.pid()))
                    .sum();
            most = Math.max(most, present);
        }
        return most;
    }

    private static long peakBytes(long process) {
        Path status = Path.of("/proc", Long.toString(process), "status");
        if (!Files.isReadable(status)) {
            return 0;
        }
        try {
            Matcher peak = PEAK.matcher(Files.readString(status));
            return peak.find() ? Long.parseLong(peak.group(1)) * 1024 : 0;
        } catch (IOException e) { // it has ended meanwhile
            return 0;
        }
    }
}
