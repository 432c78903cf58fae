package lethe.experiments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;
import lethe.training.Progress;
import lethe.training.StoppedException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Worlds in processes of their own, which die, are killed, or outlive their run. */
@Tag("slow")
@TestInstance(TestInstance.Lifecycle.PER_CLASS) // one undisturbed run, with which all are compared
class WorkerProcessTest {
    private static final int STEPS = 5 + 6 * 9;

    private List<Results.MethodResult> undisturbed = List.of();

    @BeforeAll
    void runUndisturbed(@TempDir Path folder) {
        undisturbed = Tiny.timeless(Tiny.run(plan(1), folder));
    }

    /** Six worlds, a checkpoint after every step; the seven epochs tell one method from the others. */
    private static Plan plan(int workers, String... changes) {
        String[] all = Stream.concat(
                        Stream.of(
                                "worlds: 8", "worlds: 6", "{name: finetune, epochs: 1}", "{name: finetune, epochs: 7}"),
                        Arrays.stream(changes))
                .toArray(String[]::new);
        Plan plan = Tiny.plan(all);
        return new Plan(
                plan.title(),
                plan.seed(),
                plan.data(),
                plan.forget(),
                plan.model(),
                plan.training(),
                plan.methods(),
                plan.audit(),
                new Execution(workers, 1, "cpu", Duration.ofNanos(1)));
    }

    private static Results run(Plan plan, Path folder, Progress progress) {
        try (RunDirectory run = RunDirectory.open(folder)) {
            return new Experiment(plan).run(run, Isolation.PROCESS, progress, () -> false);
        }
    }

    private static void killWorkers() {
        ProcessHandle.current().children().filter(WorkerProcessTest::isWorker).forEach(ProcessHandle::destroyForcibly);
    }

    private static boolean isWorker(ProcessHandle process) {
        return process.info()
                .arguments()
                .map(arguments -> List.of(arguments).contains(Worker.class.getName()))
                .orElse(false);
    }

    @Test
    void workersThatAreKilledAreReplacedAndTheBitsAreThoseOfAnUndisturbedRun(@TempDir Path folder) throws IOException {
        AtomicInteger epochs = new AtomicInteger();
        Heard heard = new Heard(event -> {
            // Somewhere in an original, in an unlearning, and while two are at work.
            int count = event.equals("epoch advance") ? epochs.incrementAndGet() : 0;
            if (count == 5 || count == 40) {
                killWorkers();
            }
        });

        Results results = run(plan(2), folder, heard);

        assertThat(Tiny.timeless(results)).isEqualTo(undisturbed);
        assertThat(heard.notes)
                .isNotEmpty()
                .allMatch(
                        note -> note.matches("A worker ended with exit code 137 \\(SIGKILL, as when memory runs out\\)"
                                + " in '.+' of .+; a new one goes on from the last checkpoint"));
        assertThat(Files.readAllLines(folder.resolve("results.jsonl"))).hasSize(STEPS);
        assertThat(folder.resolve("worlds")).isEmptyDirectory();
        assertThat(folder.resolve("checkpoints")).isEmptyDirectory();
        assertThat(folder.resolve("workers")).doesNotExist();
        assertThat(heard.open).hasValue(0);
    }

    @Test
    void aStepThatEndsItsWorkerAgainAndAgainIsNamedAndTheOthersAreDone(@TempDir Path folder) throws IOException {
        AtomicBoolean inWorld = new AtomicBoolean();
        Heard heard = new Heard(event -> {
            if (event.endsWith(" begin")) {
                inWorld.set(event.equals("world 2 begin") || inWorld.get() && event.startsWith("epoch"));
            } else if (event.equals("epoch of 7") && inWorld.get()) {
                killWorkers();
            }
        });

        assertThatThrownBy(() -> run(plan(1), folder, heard))
                .isInstanceOf(LostWorldException.class)
                .hasMessageContainingAll(
                        "'finetune' of world 2 failed: its worker died 3 times, the last one ended with exit code 137",
                        "see its log " + folder.resolve("workers"),
                        "Everything else is done; the same command tries this again")
                .matches(lost -> ((LostWorldException) lost).crashed());

        assertThat(Files.readAllLines(folder.resolve("results.jsonl"))).hasSize(STEPS - 2); // two forget sets
        assertThat(Tiny.timeless(Tiny.run(plan(1), folder))).isEqualTo(undisturbed);
    }

    @Test
    void workersEndWithTheirRunAndTheNextOneGoesOn(@TempDir Path folder) throws Exception {
        Process parent = java("parent", folder.toString()).start();
        List<ProcessHandle> workers;
        try (BufferedReader lines = parent.inputReader(StandardCharsets.UTF_8)) {
            assertThat(lines.readLine()).isEqualTo("here");
            workers = parent.children().toList();
            parent.destroyForcibly();
            assertThat(parent.waitFor()).isNotZero();
        }

        Results resumed = Tiny.run(plan(1), folder); // waits for those that have not noticed yet

        assertThat(workers).hasSize(2);
        for (ProcessHandle worker : workers) {
            worker.onExit().get(30, TimeUnit.SECONDS);
        }
        assertThat(Tiny.timeless(resumed)).isEqualTo(undisturbed);
        assertThat(Files.readAllLines(folder.resolve("results.jsonl"))).hasSize(STEPS);
        assertThat(folder.resolve("worlds")).isEmptyDirectory();
    }

    @Test
    void workersThatAreAskedToStopStoreTheirState(@TempDir Path folder) throws IOException {
        AtomicBoolean stop = new AtomicBoolean();
        Heard heard = new Heard(event -> {
            if (event.equals("epoch of 7")) {
                stop.set(true);
            }
        });
        try (RunDirectory run = RunDirectory.open(folder)) {
            assertThatThrownBy(() -> new Experiment(plan(2)).run(run, Isolation.PROCESS, heard, stop::get))
                    .isInstanceOf(StoppedException.class);
        }
        assertThat(ProcessHandle.current().children().filter(WorkerProcessTest::isWorker))
                .isEmpty();
        assertThat(heard.open).hasValue(0);

        assertThat(Tiny.timeless(run(plan(2), folder, Progress.silent()))).isEqualTo(undisturbed);
    }

    @Test
    void aFailureInAWorkerKeepsItsKind(@TempDir Path folder) throws IOException {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("models"), "in the way");

        assertThatThrownBy(() -> run(plan(1), folder, Progress.silent()))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining(folder.resolve("models").toString());
    }

    @Test
    void processesShareADirectoryWorldByWorld(@TempDir Path folder) throws Exception {
        List<Process> both = List.of(
                java("worlds", folder.toString(), "0,1,2", "THREAD").start(),
                java("worlds", folder.toString(), "3,4,5,6", "PROCESS").start());
        for (Process process : both) {
            assertThat(process.waitFor()).isZero();
        }
        assertThat(folder.resolve("results.jsonl")).doesNotExist();

        try (RunDirectory shared = RunDirectory.openShared(folder)) {
            assertThat(new Experiment(plan(1)).unfinished(shared)).isEmpty();
            assertThatThrownBy(() -> RunDirectory.open(folder)).hasMessageContaining("Another process is working");
        }
        assertThat(Tiny.timeless(Tiny.run(plan(1), folder))).isEqualTo(undisturbed);
        assertThat(Files.readAllLines(folder.resolve("results.jsonl"))).hasSize(STEPS);
        assertThat(folder.resolve("worlds")).isEmptyDirectory();
    }

    /** A limit on the length of files stands for a disk that fills up: the write fails half way. */
    @Test
    void aDiskThatFillsUpIsNamedAndTheRunGoesOnWhenThereIsRoom(@TempDir Path folder) throws Exception {
        List<String> command = new ArrayList<>(List.of("sh", "-c", "ulimit -f 32; exec \"$@\"", "sh"));
        command.addAll(
                java("worlds", folder.toString(), "0,1,2,3,4,5,6", "THREAD").command());
        Process limited = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(limited.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(limited.waitFor()).isEqualTo(1);
        assertThat(said).contains("File too large").contains(folder.toString());
        Results resumed = Tiny.run(plan(1), folder);

        assertThat(Tiny.timeless(resumed)).isEqualTo(undisturbed);
    }

    private static ProcessBuilder java(String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:-UsePerfData",
                "-Dorg.bytedeco.javacpp.maxPhysicalBytes=0",
                "-cp",
                System.getProperty("java.class.path"),
                Child.class.getName()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
    }

    /** A run in a process of its own. */
    static final class Child {
        private Child() {}

        public static void main(String[] args) {
            Path folder = Path.of(args[1]);
            if (args[0].equals("parent")) {
                AtomicInteger epochs = new AtomicInteger();
                run(plan(2), folder, new Heard(event -> {
                    if (event.equals("epoch advance") && epochs.incrementAndGet() == 12) {
                        System.out.println("here");
                        new CompletableFuture<Void>().join();
                    }
                }));
                return;
            }
            Set<Integer> worlds = Set.copyOf(
                    Arrays.stream(args[2].split(",", -1)).map(Integer::valueOf).toList());
            try (RunDirectory run = RunDirectory.openShared(folder)) {
                new Experiment(plan(1))
                        .runWorlds(run, worlds, Isolation.valueOf(args[3]), Progress.silent(), () -> false);
            }
        }
    }

    /** Progress that is passed on as words, such as "epoch begin", "epoch of 7", "epoch advance". */
    private static final class Heard implements Progress {
        final List<String> notes;
        final AtomicInteger open;
        private final String task;
        private final Consumer<String> listener;

        Heard(Consumer<String> listener) {
            this("", listener, Collections.synchronizedList(new ArrayList<>()), new AtomicInteger());
        }

        private Heard(String task, Consumer<String> listener, List<String> notes, AtomicInteger open) {
            this.task = task;
            this.listener = listener;
            this.notes = notes;
            this.open = open;
        }

        @Override
        public Progress begin(String name, long units) {
            open.incrementAndGet();
            listener.accept(name + " begin");
            listener.accept(name + " of " + units);
            return new Heard(name, listener, notes, open);
        }

        @Override
        public void advance(long units) {
            listener.accept(task + " advance");
        }

        @Override
        public void skip(long units) {}

        @Override
        public void note(String text) {
            notes.add(text);
        }

        @Override
        public void close() {
            open.decrementAndGet();
        }
    }
}
