package lethe.cli;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import lethe.engine.Device;
import lethe.engine.Engine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "doctor",
        header = {
            "Say what this machine has, and what is missing.",
            "",
            "Examples:",
            "  lethe doctor             a table; exit code 6 if something is missing",
            "  lethe doctor --json      the same for a program or a bug report"
        })
final class DoctorCommand extends LetheCommand {
    private static final long LEAST_FREE_BYTES = 2L << 30; // unpacked engine, data set and some models

    @Mixin
    private final Json json = new Json();

    /**
     * One thing looked at.
     *
     * @param problem what is wrong with it and what to do; empty if all is well
     */
    record Finding(String what, String found, String problem) {
        Finding(String what, String found) {
            this(what, found, "");
        }
    }

    @Override
    ExitCode execute() throws IOException {
        List<Finding> findings = new ArrayList<>();
        platform(findings);
        storage(findings);
        engine(findings);
        if (json.asked) {
            console().json(findings);
        } else {
            print(findings);
        }
        return findings.stream().allMatch(it -> it.problem().isEmpty()) ? ExitCode.OK : ExitCode.MISSING_RESOURCE;
    }

    private static void platform(List<Finding> findings) {
        var system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        findings.add(new Finding("Java", Runtime.version() + " (" + System.getProperty("java.vendor") + ")"));
        findings.add(new Finding(
                "System",
                System.getProperty("os.name") + " " + System.getProperty("os.version") + ", "
                        + System.getProperty("os.arch")));
        findings.add(new Finding("Cores", Integer.toString(Runtime.getRuntime().availableProcessors())));
        findings.add(new Finding(
                "Memory",
                Quantity.bytes(system.getTotalMemorySize()) + ", of which " + Quantity.bytes(system.getFreeMemorySize())
                        + " free"));
        findings.add(new Finding(
                "Java heap", "up to " + Quantity.bytes(Runtime.getRuntime().maxMemory())));
    }

    private static void storage(List<Finding> findings) throws IOException {
        Path here = Path.of("").toAbsolutePath();
        long free = Files.getFileStore(here).getUsableSpace();
        String tooFull = free >= LEAST_FREE_BYTES
                ? ""
                : "a run needs about " + Quantity.bytes(LEAST_FREE_BYTES) + "; free some or work elsewhere";
        findings.add(new Finding("Disk", Quantity.bytes(free) + " free in " + here, tooFull));

        Path cache = Optional.ofNullable(System.getProperty("org.bytedeco.javacpp.cachedir"))
                .map(Path::of)
                .orElse(Path.of(System.getProperty("user.home"), ".javacpp", "cache"));
        Path exists = cache.toAbsolutePath();
        while (exists.getParent() != null && !Files.exists(exists)) {
            exists = exists.getParent();
        }
        String readOnly = Files.isWritable(exists)
                ? ""
                : "not writable, so the engine cannot be unpacked; set JAVA_TOOL_OPTIONS="
                        + "-Dorg.bytedeco.javacpp.cachedir=DIR";
        findings.add(new Finding("Engine cache", cache.toString(), readOnly));
    }

    private static void engine(List<Finding> findings) {
        try {
            Map<String, String> facts = Engine.facts();
            findings.add(new Finding("Engine", "libtorch " + facts.get("libtorch")));
            findings.add(new Finding("CUDA", "true".equals(facts.get("cuda")) ? Device.best() + " is usable" : "none"));
        } catch (UnsatisfiedLinkError | NoClassDefFoundError e) {
            findings.add(new Finding(
                    "Engine",
                    "none",
                    "its native libraries cannot be loaded: " + e.getMessage() + "; build Lethe again"));
        }
    }

    private void print(List<Finding> findings) {
        var out = console().out();
        for (Finding finding : findings) {
            String what = String.format("%-13s", finding.what());
            out.println(console().styled("@|bold " + what + "|@") + " " + finding.found());
            if (!finding.problem().isEmpty()) {
                out.println(" ".repeat(14) + console().styled("@|red problem:|@ ") + finding.problem());
            }
        }
        out.flush();
    }
}
