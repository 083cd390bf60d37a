using System.Reflection;

namespace LiveComments.Tests.Conformance;

/// <summary>Runs a specification outside the test runner: a specification that a broken implementation passes proves nothing.</summary>
internal static class Specification
{
    /// <summary>Runs every fact of a specification, each on an instance of its own; the names of those that failed.</summary>
    public static async Task<IReadOnlyList<string>> FailuresAsync<T>(Func<T> create)
        where T : IAsyncLifetime
    {
        var failed = new List<string>();
        foreach (var fact in typeof(T).GetMethods().Where(method => method.GetCustomAttribute<FactAttribute>() is not null))
        {
            var specification = create();
            await specification.InitializeAsync();
            try
            {
                if (fact.Invoke(specification, null) is Task task)
                    await task;
            }
            catch
            {
                failed.Add(fact.Name);
            }
            finally
            {
                await specification.DisposeAsync();
            }
        }
        return failed;
    }
}
