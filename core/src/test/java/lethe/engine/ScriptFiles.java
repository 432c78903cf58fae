package lethe.engine;

import java.nio.file.Path;
import org.bytedeco.pytorch.CompilationUnit;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.JitModule;
import org.bytedeco.pytorch.QualifiedName;
import org.bytedeco.pytorch.ScriptTypeParser;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** TorchScript files made without Python. */
public final class ScriptFiles {
    private ScriptFiles() {}

    /** A two-layer perceptron whose parameters no layer of torch.nn owns. */
    public static void perceptron(Path file, long in, long hidden, long out) {
        try (Scope scope = Scope.open()) {
            JitModule module = module();
            parameter(module, "w1", Seed.of(1).normal(0.5, hidden, in).raw);
            parameter(module, "b1", Tensor.zeros(hidden).raw);
            parameter(module, "w2", Seed.of(2).normal(0.5, out, hidden).raw);
            save(module, """
                    def forward(self, x: Tensor) -> Tensor:
                        h = torch.relu(torch.linear(torch.flatten(x, 1), self.w1, self.b1))
                        if self.training:
                            h = h * 2.0
                        return torch.linear(h, self.w2)
                    """, file);
        }
    }

    /** One matrix in another type than 32-bit floats. */
    public static void doubles(Path file) {
        try (Scope scope = Scope.open()) {
            JitModule module = module();
            parameter(module, "w", Tensor.ones(3, 4).raw.to(ScalarType.Double));
            save(module, "def forward(self, x: Tensor) -> Tensor:\n    return torch.linear(x, self.w)\n", file);
        }
    }

    /** One matrix under two names. */
    public static void tied(Path file) {
        try (Scope scope = Scope.open()) {
            JitModule module = module();
            Tensor shared = Tensor.ones(4, 4);
            parameter(module, "encoder", shared.raw);
            parameter(module, "decoder", shared.raw);
            save(module, """
                    def forward(self, x: Tensor) -> Tensor:
                        return torch.linear(torch.linear(x, self.encoder), self.decoder)
                    """, file);
        }
    }

    /** No parameters at all. */
    public static void frozen(Path file) {
        try (Scope scope = Scope.open()) {
            save(module(), "def forward(self, x: Tensor) -> Tensor:\n    return x\n", file);
        }
    }

    /** Two results. */
    public static void pair(Path file) {
        try (Scope scope = Scope.open()) {
            JitModule module = module();
            parameter(module, "w", Tensor.ones(3, 4).raw);
            save(
                    module,
                    "def forward(self, x: Tensor) -> Tuple[Tensor, Tensor]:\n    return x, torch.linear(x, self.w)\n",
                    file);
        }
    }

    private static JitModule module() {
        JitModule module = new JitModule(new QualifiedName("__torch__.Handmade"), new CompilationUnit(), false);
        module.register_attribute("training", new ScriptTypeParser().parseType("bool"), new IValue(true));
        return module;
    }

    private static void parameter(JitModule module, String name, org.bytedeco.pytorch.Tensor value) {
        module.register_parameter(name, value, false);
    }

    private static void save(JitModule module, String source, Path file) {
        module.define(source);
        module.save(file.toString());
    }

    static {
        torch.get_num_threads(); // loads the native library before the first class of it is used
    }
}
