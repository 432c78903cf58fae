package lethe.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Memory of this process and those it has started, the engine's share included, as the operating system counts it. */
final class Memory {
    private static final Pattern PEAK = Pattern.compile("VmHWM:\\s*([0-9]+) kB");

    private Memory() {}

    /** The most bytes ever resident at once in each of the present processes, together; 0 where the system does not tell. */
    static long peakBytes() {
        return Stream.concat(
                        Stream.of(ProcessHandle.current()),
                        ProcessHandle.current().children())
                .mapToLong(process -> peakBytes(process.pid()))
                .sum();
    }

    private static long peakBytes(long process) {
        Path status = Path.of("/proc", Long.toString(process), "status");
        if (!Files.isReadable(status)) {
            return 0;
        }
        try {
            Matcher peak = PEAK.matcher(Files.readString(status));
            return peak.find() ? Long.parseLong(peak.group(1)) * 1024 : 0;
        } catch (IOException e) { // it may have ended meanwhile
            return 0;
        }
    }
}
