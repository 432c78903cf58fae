package lethe.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Memory of this process, the engine's share included, as the operating system counts it. */
final class Memory {
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final Pattern PEAK = Pattern.compile("VmHWM:\\s*([0-9]+) kB");

    private Memory() {}

    /** The most bytes ever resident at once; 0 where the system does not tell. */
    static long peakBytes() {
        if (!Files.isReadable(STATUS)) {
            return 0;
        }
        try {
            Matcher peak = PEAK.matcher(Files.readString(STATUS));
            return peak.find() ? Long.parseLong(peak.group(1)) * 1024 : 0;
        } catch (IOException e) {
            return 0;
        }
    }
}
