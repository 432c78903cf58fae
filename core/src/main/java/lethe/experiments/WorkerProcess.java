package lethe.experiments;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import lethe.training.Progress;
import lethe.training.StoppedException;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;

/**
 * Carries out worlds in a process of its own, {@link Worker}, which is replaced when it dies. What dies with it is one
 * unfinished step since its last checkpoint.
 */
final class WorkerProcess implements Campaign.Hands {
    /** So often may a step end its worker; chance hits the same step less often than a fault does. */
    static final int DEATHS = 3;

    private static final String VISIBLE = "CUDA_VISIBLE_DEVICES";
    private static final int LONGEST_QUOTE = 200;

    private final Setting setting;
    private final RunDirectory run;
    private final int slot;
    private final BooleanSupplier stopRequested;
    private final Path logs;
    private final Path log;
    private @Nullable Child child;

    /**
     * A process that is started when there is something to do.
     *
     * @param slot number of the worker, from 0
     */
    WorkerProcess(Setting setting, RunDirectory run, int slot, BooleanSupplier stopRequested) {
        this.setting = setting;
        this.run = run;
        this.slot = slot;
        this.stopRequested = stopRequested;
        this.logs = run.file("workers");
        this.log = logs.resolve("worker-" + ProcessHandle.current().pid() + "-" + (slot + 1) + ".log");
    }

    @Override
    public void carryOut(World world, Progress worlds) {
        Map<String, Integer> deaths = new HashMap<>();
        Set<String> abandoned = new LinkedHashSet<>();
        List<String> crashes = new ArrayList<>();
        Step training = setting.training(world);
        while (!abandoned.contains(training.key())) {
            Child worker = started(worlds);
            Message last = worker.carryOut(world, abandoned, worlds);
            run.collect(world);
            if (last.kind() == Message.Kind.DONE) {
                break;
            } else if (last.kind() == Message.Kind.LOST) {
                throw new LostWorldException(last.text(), false);
            }
            child = null;
            String end = worker.end();
            if (stopRequested.getAsBoolean()) {
                throw new StoppedException();
            }
            String step = worker.step.isEmpty() ? training.key() : worker.step;
            String where = "'" + label(world, step) + "' of " + world.name();
            int count = deaths.merge(step, 1, Integer::sum);
            if (count < DEATHS) {
                worlds.note("A worker " + end + " in " + where + "; a new one goes on from the last checkpoint");
            } else {
                abandoned.add(step);
                crashes.add(where + " failed: its worker died " + DEATHS + " times, the last one " + end
                        + "; see its log " + log);
            }
        }
        if (!crashes.isEmpty()) {
            throw new LostWorldException(String.join("\n", crashes), true);
        }
        if (!new Campaign(setting, run, Progress.silent(), () -> false).isDone(world)) {
            throw new IllegalArgumentException("A worker finished " + world.name()
                    + ", but with other inputs than those of this run; did the data change meanwhile? Run again");
        }
    }

    /** The label of a step of a world. */
    private String label(World world, String key) {
        return Experiment.stepsByLabel(setting).values().stream()
                .flatMap(List::stream)
                .filter(step -> step.world() == world.index() && step.key().equals(key))
                .findFirst()
                .map(Step::label)
                .orElse("a step");
    }

    /** The process, which is started if there is none. */
    private Child started(Progress worlds) {
        for (int attempt = 1; child == null; attempt++) {
            if (stopRequested.getAsBoolean()) {
                throw new StoppedException();
            }
            Child begun = new Child();
            child = begun;
            if (!begun.isReady(worlds)) {
                child = null;
                String end = begun.end();
                if (!stopRequested.getAsBoolean() && attempt == DEATHS) {
                    throw new UncheckedIOException(
                            "A worker cannot be started: it " + end + " before it was ready, " + DEATHS
                                    + " times; see its log " + log + lastLine(),
                            new IOException("a worker process " + end));
                }
            }
        }
        return child;
    }

    private String lastLine() {
        try {
            List<String> lines = Files.readAllLines(log);
            String last = lines.isEmpty() ? "" : lines.get(lines.size() - 1);
            return last.isBlank() ? "" : ", which ends with: " + last;
        } catch (IOException e) {
            return "";
        }
    }

    @Override
    public void close() {
        Child last = child;
        child = null;
        if (last != null) {
            last.end();
        }
        try {
            if (Files.exists(log) && Files.size(log) == 0) {
                Files.delete(log);
                if (isEmpty(logs)) {
                    Files.delete(logs);
                }
            }
        } catch (IOException e) {
            LoggerFactory.getLogger(WorkerProcess.class).debug("Cannot remove the empty log {}", log, e);
        }
    }

    private static boolean isEmpty(Path directory) throws IOException {
        try (var files = Files.list(directory)) {
            return files.findAny().isEmpty();
        }
    }

    /** How to start a worker: this process's Java, options and class path. */
    private List<String> command() {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(WorkerProcess::isForWorkers)
                .forEach(command::add);
        // Those that were set later, such as what is logged.
        System.getProperties().stringPropertyNames().stream()
                .filter(name -> name.startsWith("lethe."))
                .sorted()
                .forEach(name -> command.add("-D" + name + "=" + System.getProperty(name)));
        command.add("-XX:ErrorFile=" + logs.resolve("crash-%p.log"));
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add(Worker.class.getName());
        command.add(run.root().toString());
        return command;
    }

    /** Agents and remote consoles want files and ports of their own. */
    private static boolean isForWorkers(String option) {
        return !option.startsWith("-agent")
                && !option.startsWith("-javaagent")
                && !option.startsWith("-Dcom.sun.management")
                && !option.startsWith("-Xrunjdwp")
                && !option.startsWith("-Dlethe.");
    }

    /** Several devices that this process may see are shared out; a worker then calls its own the first. */
    private void chooseDevice(Map<String, String> environment) {
        String device = setting.plan().execution().device();
        String[] visible = environment.getOrDefault(VISIBLE, "").split(",", -1);
        if (visible.length > 1 && (device.equals("cuda") || device.equals("best"))) {
            environment.put(VISIBLE, visible[slot % visible.length]);
        }
    }

    /** One process, from its start to its end. */
    private final class Child {
        private final Process process;
        private final PrintStream orders;
        private final BlockingQueue<Message> said = new LinkedBlockingQueue<>();
        private final TreeMap<Integer, Progress> tasks = new TreeMap<>();
        private boolean asked;
        private String step = "";

        Child() {
            try {
                Files.createDirectories(logs);
                var builder =
                        new ProcessBuilder(command()).redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
                chooseDevice(builder.environment());
                process = builder.start();
            } catch (IOException e) {
                throw new UncheckedIOException("Cannot start a worker process: " + e.getMessage(), e);
            }
            orders = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
            var ears = new Thread(this::listen, "worker-" + (slot + 1));
            ears.setDaemon(true);
            ears.start();
            orders.println(
                    Message.of(Message.Kind.PLAN, setting.plan().toYaml()).line());
        }

        private void listen() {
            try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    try {
                        said.add(Message.parse(line));
                    } catch (JacksonException e) { // native code prints where it likes
                        String quote = line.substring(0, Math.min(line.length(), LONGEST_QUOTE));
                        LoggerFactory.getLogger(WorkerProcess.class).info("Worker {}: {}", slot + 1, quote);
                    }
                }
            } catch (IOException e) {
                LoggerFactory.getLogger(WorkerProcess.class).debug("A worker's output broke off", e);
            } finally {
                said.add(Message.of(Message.Kind.ENDED));
            }
        }

        /** Waits until the data is read; false if the process ended before. */
        boolean isReady(Progress worlds) {
            return hear(worlds).kind() == Message.Kind.READY;
        }

        /** Has a world done; tells how it went. */
        Message carryOut(World world, Set<String> abandoned, Progress worlds) {
            step = "";
            orders.println(new Message(Message.Kind.WORLD, 0, 0, world.index(), "", List.copyOf(abandoned)).line());
            try {
                return hear(worlds);
            } finally {
                tasks.descendingMap().values().forEach(Progress::close); // of a process that died
                tasks.clear();
            }
        }

        /** Follows what is said until it ends a piece of work. */
        private Message hear(Progress worlds) {
            while (true) {
                if (stopRequested.getAsBoolean() && !asked) {
                    asked = true;
                    orders.println(Message.of(Message.Kind.STOP).line());
                }
                Optional<Message> heard = next();
                if (heard.isPresent() && ends(heard.get(), worlds)) {
                    return heard.get();
                }
            }
        }

        private boolean ends(Message message, Progress worlds) {
            int task = message.within();
            switch (message.kind()) {
                case READY, DONE, LOST, ENDED -> {
                    return true;
                }
                case FAILED -> throw WorkerFailure.of(message);
                case STEP -> step = message.keys().get(0);
                case BEGIN -> tasks.put(message.task(), task(task, worlds).begin(message.text(), message.units()));
                case ADVANCE -> task(task, worlds).advance(message.units());
                case SKIP -> task(task, worlds).skip(message.units());
                case NOTE -> worlds.note(message.text());
                case END -> {
                    task(task, worlds).close();
                    tasks.remove(task);
                }
                case STOPPED -> {} // the end follows
                case PLAN, WORLD, STOP -> throw new IllegalStateException("A worker gives orders: " + message);
            }
            return false;
        }

        private Progress task(int number, Progress worlds) {
            return number == 0 ? worlds : Objects.requireNonNull(tasks.get(number));
        }

        /** What is said next, or nothing if that takes long. */
        private Optional<Message> next() {
            try {
                return Optional.ofNullable(said.poll(100, TimeUnit.MILLISECONDS));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new StoppedException();
            }
        }

        /** Lets the process end, and says how it did. */
        String end() {
            orders.close();
            try {
                int code = process.waitFor();
                return "ended with exit code " + code + meaning(code);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return "is ending";
            }
        }

        /** Java reports a signal as 128 and its number. */
        private String meaning(int code) {
            return switch (code) {
                case 134 -> " (SIGABRT, a fault of native code)";
                case 137 -> " (SIGKILL, as when memory runs out)";
                case 139 -> " (SIGSEGV, a fault of native code)";
                case 143 -> " (SIGTERM)";
                default -> "";
            };
        }
    }
}
