namespace LiveComments.Tests;

/// <summary>A test that needs programs which not every machine has: without them it is reported as skipped, with the reason.</summary>
public sealed class RequiresFactAttribute : FactAttribute
{
    /// <param name="programs">Names of programs that must be on the path.</param>
    public RequiresFactAttribute(params string[] programs)
    {
        var missing = programs.Where(program => !OnPath(program)).ToArray();
        if (missing.Length > 0)
            Skip = $"needs {string.Join(" and ", missing)}";
    }

    private static bool OnPath(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Any(folder => File.Exists(Path.Combine(folder, program)));
}
