namespace LiveComments.Tests;

/// <summary>The source tree the tests were built from, for tests that read it.</summary>
internal static class Repository
{
    public static string Root { get; } = Find(AppContext.BaseDirectory);

    /// <summary>Full paths of the product's and the tests' C# files.</summary>
    public static IEnumerable<string> CSharpFiles(params string[] folders) =>
        folders.SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Root, folder), "*.cs", SearchOption.AllDirectories))
            .Where(file => !file.Split(Path.DirectorySeparatorChar).Any(part => part is "obj" or "bin"));

    private static string Find(string folder) =>
        File.Exists(Path.Combine(folder, "LiveComments.sln")) ? folder
        : Find(Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The tests run from their build folder inside the repository."));
}
