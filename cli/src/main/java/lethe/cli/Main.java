package lethe.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import lethe.attacks.Attack;
import lethe.data.Augmentation;
import lethe.data.DataSource;
import lethe.data.ForgetSelection;
import lethe.influence.SimilarityDetector;
import lethe.models.Architecture;
import lethe.search.Sampler;
import lethe.text.Vocabulary;
import lethe.training.Schedule;
import lethe.unlearning.Remedy;
import lethe.unlearning.UnlearningMethod;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The root command: options that go with every other, and what happens when none is given. */
@Command(
        name = "lethe",
        header = {
            "Makes a trained model forget chosen examples, and proves how well it forgot.",
            "",
            "Examples:",
            "  lethe demo                 the whole chain on drawn glyphs, in three minutes",
            "  lethe run PLAN             train, unlearn, audit and report what a plan says",
            "  lethe plan PLAN            what that would do, and how long it would take",
            "  lethe tune PLAN            search the settings of a plan's methods, before they are audited",
            "  lethe methods              unlearning methods, attacks, models and data sets",
            "  lethe doctor               what this machine has, and what is missing"
        },
        synopsisSubcommandLabel = "COMMAND",
        optionListHeading = "%nOptions of every command:%n",
        commandListHeading = "%nCommands ('lethe COMMAND --help' for more):%n",
        exitCodeListHeading = "%nExit codes:%n",
        sortOptions = false,
        versionProvider = Main.Version.class)
public final class Main extends LetheCommand {
    /** The interfaces whose implementations a plan can name, in the order in which they are listed. */
    private static final List<Class<?>> CATALOGUED = List.of(
            UnlearningMethod.class,
            Attack.class,
            Architecture.class,
            DataSource.class,
            Vocabulary.class,
            ForgetSelection.class,
            SimilarityDetector.class,
            Remedy.class,
            Augmentation.class,
            Schedule.class,
            Sampler.class);

    @Option(
            names = {"-q", "--quiet"},
            scope = ScopeType.INHERIT,
            description = "Only results and errors.")
    private boolean quiet;

    @Option(
            names = {"-v", "--verbose"},
            scope = ScopeType.INHERIT,
            description = "Show what the library logs.")
    private boolean verbose;

    @Option(names = "--debug", scope = ScopeType.INHERIT, description = "Log everything; stack traces with errors.")
    private boolean debug;

    @Option(
            names = "--no-color",
            scope = ScopeType.INHERIT,
            description = "No colours and no animation; so do NO_COLOR and TERM=dumb.")
    private boolean noColor; // read before parsing, by Terminal, so that help and mistakes obey it too

    @Option(
            names = "--events",
            scope = ScopeType.INHERIT,
            paramLabel = "FILE",
            description = "Write progress to this file as JSON Lines.")
    private @Nullable Path events;

    @Option(
            names = {"-h", "--help"},
            scope = ScopeType.INHERIT,
            usageHelp = true,
            description = "Show this help.")
    private boolean help;

    @Option(
            names = {"-V", "--version"},
            versionHelp = true,
            description = "Show the version.")
    private boolean version;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec self;

    private final PrintWriter out;
    private final PrintWriter err;
    private final Terminal terminal;

    private Main(PrintWriter out, PrintWriter err, Terminal terminal) {
        this.out = out;
        this.err = err;
        this.terminal = terminal;
    }

    /** Runs a command and ends the process with its exit code. */
    public static void main(String[] arguments) {
        // UTF-8 whatever the locale: Java would replace "±" by "?" under LANG=C, where terminals still show it.
        var out = new PrintWriter(
                new OutputStreamWriter(new FileOutputStream(FileDescriptor.out), StandardCharsets.UTF_8), true);
        var err = new PrintWriter(
                new OutputStreamWriter(new FileOutputStream(FileDescriptor.err), StandardCharsets.UTF_8), true);
        Terminal terminal = Terminal.detect(System.getenv(), Arrays.asList(arguments));
        System.exit(run(out, err, terminal, CATALOGUED, arguments));
    }

    /** Runs a command and returns its exit code. */
    static int run(
            PrintWriter out, PrintWriter err, Terminal terminal, List<Class<?>> catalogued, String... arguments) {
        var main = new Main(out, err, terminal);
        var failures = new Failures(err, terminal.errColors());
        try {
            return commandLine(main, failures, catalogued).execute(arguments);
        } catch (Error failure) { // picocli passes exceptions on to Failures, but lets errors through
            return failures.report(failure, main.debug()).number();
        }
    }

    private static CommandLine commandLine(Main main, Failures failures, List<Class<?>> catalogued) {
        var line = new CommandLine(main)
                .addSubcommand(new DemoCommand())
                .addSubcommand(new RunCommand())
                .addSubcommand(new PlanCommand())
                .addSubcommand(new TuneCommand())
                .addSubcommand(new TrainCommand())
                .addSubcommand(new UnlearnCommand())
                .addSubcommand(new AuditCommand())
                .addSubcommand(new PowerCommand())
                .addSubcommand(new ReportCommand())
                .addSubcommand(new StudyCommand())
                .addSubcommand(new SimilarCommand())
                .addSubcommand(new InfluenceCommand())
                .addSubcommand(new DataCommand())
                .addSubcommand(new MethodsCommand(catalogued))
                .addSubcommand(new DoctorCommand())
                .addSubcommand(new CompletionCommand());
        Map<String, String> codes = new LinkedHashMap<>();
        for (ExitCode code : ExitCode.values()) {
            codes.put(Integer.toString(code.number()), code.meaning());
        }
        line.getCommandSpec().usageMessage().exitCodeList(codes);
        return line.setOut(main.out)
                .setErr(main.err)
                .setUsageHelpWidth(Math.max(80, Math.min(120, main.terminal.columns())))
                .setColorScheme(Help.defaultColorScheme(main.terminal.outColors() ? Ansi.ON : Ansi.OFF))
                .setParameterExceptionHandler(failures)
                .setExecutionExceptionHandler(failures)
                .setExecutionStrategy(parsed -> {
                    main.setLogLevel();
                    return new CommandLine.RunLast().execute(parsed);
                });
    }

    /** Read by logback.xml when the first class that logs is loaded, which is after this. */
    private void setLogLevel() {
        System.setProperty("lethe.log.level", debug ? "DEBUG" : verbose ? "INFO" : "WARN");
    }

    @Override
    ExitCode execute() {
        self.commandLine().usage(out);
        return ExitCode.OK;
    }

    /** Whether stack traces are wanted. */
    boolean debug() {
        return debug;
    }

    /** The console that the options of this command line ask for. */
    Console openConsole() {
        return new Console(out, err, terminal, quiet, verbose || debug, Optional.ofNullable(events));
    }

    /** The version in the jar's manifest. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Main.class.getPackage().getImplementationVersion();
            return new String[] {"lethe " + (version == null ? "(not packaged)" : version)};
        }
    }
}
