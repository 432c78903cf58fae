package lethe.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import lethe.catalog.Nearest;
import lethe.data.Published;
import lethe.training.Progress;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "data",
        header = "Fetch a published data set, check it and unpack it.",
        description = {
            "The only command that uses the network, and only without --from.",
            "Examples:",
            "  lethe data cifar10 --to data",
            "  lethe data cifar10 --to data --from cifar-10-binary.tar.gz"
        })
final class DataCommand extends LetheCommand {
    @Parameters(paramLabel = "NAME", description = "cifar10 or cifar100.")
    private String name = "";

    @Option(names = "--to", required = true, paramLabel = "DIR", description = "Where it is unpacked.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Path to;

    @Option(names = "--from", paramLabel = "FILE", description = "The published archive, if it is there already.")
    private @Nullable Path from;

    @Mixin
    private final Json json = new Json();

    @Override
    ExitCode execute() {
        Published published = named(name);
        Path folder;
        if (from != null) {
            if (!Files.isRegularFile(from)) {
                throw new IllegalArgumentException("There is no file " + from + " to unpack; expected the archive "
                        + published.archive() + " from " + published.source());
            }
            folder = published.install(from, to);
        } else {
            try (ConsoleProgress shown = console().progress();
                    Progress bytes = shown.begin("byte of " + published.archive(), published.bytes())) {
                long[] there = {0};
                folder = published.fetch(to, now -> {
                    bytes.advance(now - there[0]);
                    there[0] = now;
                });
            }
        }
        if (json.asked) {
            Map<String, Object> result = new LinkedHashMap<>();
            result.put("name", published.name());
            result.put("folder", folder.toString());
            console().json(result);
        } else {
            console().out().println("In a plan: " + inPlan(published, folder));
            console().out().flush();
        }
        return ExitCode.OK;
    }

    /** What a plan says to use the files. */
    static String inPlan(Published published, Path folder) {
        return "data: {name: " + published.name() + ", folder: '" + folder + "'}";
    }

    private static Published named(String name) {
        List<String> known = Published.all().stream().map(Published::name).toList();
        return Published.all().stream()
                .filter(published -> published.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("No published data set is called '" + name + "'"
                        + Nearest.to(name, known)
                                .map(near -> "; did you mean '" + near + "'?")
                                .orElse("; known are " + String.join(" and ", known))));
    }
}
