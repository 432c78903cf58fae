package lethe.cli;

import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What all commands share; {@link Main} holds the options that go with any of them. */
@Command(
        synopsisHeading = "%nUsage: ",
        parameterListHeading = "%nArguments:%n",
        optionListHeading = "%nOptions:%n",
        sortOptions = false)
abstract class LetheCommand implements Callable<Integer> {
    private static final Pattern PLAIN = Pattern.compile("[\\p{Alnum}_./:=@%+,-]+");

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    /** Does what the command is for. */
    abstract ExitCode execute() throws Exception;

    @Override
    public final Integer call() throws Exception {
        return execute().number();
    }

    /** The command as it was typed, to be repeated after an interruption. */
    final String typed() {
        return "lethe "
                + spec.root().commandLine().getParseResult().originalArgs().stream()
                        .map(LetheCommand::quoted)
                        .collect(Collectors.joining(" "));
    }

    /** A word of a command line as a shell reads it. */
    static String quoted(String word) {
        return PLAIN.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'";
    }

    final Console console() {
        return ((Main) spec.root().userObject()).openConsole();
    }

    /** The option of commands whose result can be read by a program. */
    static final class Json {
        @Option(names = "--json", description = "Print the result as JSON.")
        boolean asked;
    }
}
